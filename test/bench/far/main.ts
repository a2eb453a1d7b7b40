/**
 * What every target speaks to: a minimal MCP server, with the envelopes of a workspace before it, in a process of its own.
 * It is controlled over Node's channel to its parent, and ends with it.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerTo } from './answer.ts';
import type { FarCommand, FarState } from './control.ts';

let delayMs = 0;
let requests = 0;
/** Requests that had come when the latest `initialize` was answered, with it. */
let untilInitialized = 0;

const server = createServer((request, response) => {
  requests++;
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => void serve(request, response, Buffer.concat(chunks)));
});
// Idle connections are the client's to close.
server.keepAliveTimeout = 600_000;

async function serve({ method, url = '' }: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
  if (delayMs > 0) await sleep(delayMs);
  const isMcp = /\/(?:mcp|external-function)$/.test(url);
  if (!isMcp || method !== 'POST') {
    response.writeHead(isMcp ? 405 : 404).end();
    return;
  }
  const { isInitialize, text, waitMs } = answerTo(body);
  if (isInitialize) untilInitialized = requests;
  if (waitMs > 0) await sleep(waitMs);
  if (text === undefined) {
    response.writeHead(202, { 'content-length': 0 }).end();
    return;
  }
  const type = url.endsWith('/external-function') ? 'text/plain' : 'application/json';
  const bytes = Buffer.byteLength(text);
  response.writeHead(200, { 'content-type': type, 'content-length': bytes }).end(text);
}

process.on('message', (command: FarCommand) => {
  if (command.delayMs !== undefined) delayMs = command.delayMs;
  if (command.reset) requests = untilInitialized = 0;
  server.getConnections((_, sockets) => {
    const state: FarState = { port: (server.address() as AddressInfo).port, requests, sockets, untilInitialized };
    process.send?.(state);
  });
});
process.on('disconnect', () => {
  server.closeAllConnections();
  server.close();
});
server.listen(0, '127.0.0.1', () => process.send?.('listening'));
