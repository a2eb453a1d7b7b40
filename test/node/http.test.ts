import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openHttp } from '../../src/node/http.ts';
import type { HttpReply } from '../../src/ports.ts';

const KIB = 1024;
const UNSENT_MS = 5_000;

/** Asks a server that answers as it is told. */
async function ask(answer: (response: ServerResponse) => void): Promise<HttpReply> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(response));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const http = openHttp();
  onTestFinished(async () => {
    await http.close();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return http.send(
    { origin, method: 'POST', path: '/', headers: {}, body: '{}' },
    new AbortController().signal,
    UNSENT_MS,
  );
}

test.each([1, 31, 32, 64, 120, 255])('an answer of %i KiB comes as it is', async (size) => {
  const text = 'x'.repeat(size * KIB);
  const reply = await ask((response) => response.setHeader('content-length', text.length).end(text));
  expect(await textOf(reply)).toBe(text);
});

test('of an answer that stops on its way the head is known, and then what comes of the body', async () => {
  const [first, second] = ['a'.repeat(40 * KIB), 'b'.repeat(40 * KIB)];
  let goOn = () => {};
  const reply = await ask((response) => {
    response.setHeader('content-length', first.length + second.length).write(first);
    goOn = () => response.end(second);
  });
  expect(reply.status).toBe(200);
  expect(reply.whole?.()).toBeUndefined();
  goOn();
  expect(await textOf(reply)).toBe(first + second);
});

test('that an answer breaks off is said to the reader of its body', async () => {
  const reply = await ask((response) => {
    response.setHeader('content-length', 64 * KIB).write('a'.repeat(KIB), () => response.destroy());
  });
  await expect(textOf(reply)).rejects.toMatchObject({ sent: true });
});

describe('a connection that was prepared', () => {
  async function startCounting() {
    const server = createServer((request, response) => request.resume().on('end', () => response.end()));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const http = openHttp();
    let connections = 0;
    server.on('connection', () => connections++);
    onTestFinished(async () => {
      await http.close();
      server.close();
    });
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const post = () =>
      http.send(
        { origin, method: 'POST', path: '/', headers: {}, body: '{}' },
        new AbortController().signal,
        UNSENT_MS,
      );
    return { connections: () => connections, http, origin, post, server };
  }

  test('is there before anything is sent, and takes what is', async () => {
    const { connections, http, origin, post, server } = await startCounting();
    const connected = once(server, 'connection');
    http.prepare(origin);
    await connected;
    expect(await post()).toMatchObject({ status: 200 });
    expect(connections()).toBe(1);
  });

  test('is waited for by what is sent meanwhile', async () => {
    const { connections, http, origin, post } = await startCounting();
    http.prepare(origin);
    http.prepare(origin);
    expect(await post()).toMatchObject({ status: 200 });
    expect(connections()).toBe(1);
  });

  test('is closed with the others where nothing was sent', async () => {
    const { http, origin, server } = await startCounting();
    const connected = once(server, 'connection');
    http.prepare(origin);
    const [socket] = await connected;
    const closed = once(socket.resume(), 'close');
    await http.close();
    await closed;
  });

  test('and failed is nothing: what is sent later connects anew, and says why it cannot', async () => {
    const { http, origin, post, server } = await startCounting();
    const { port } = server.address() as AddressInfo;
    await once(server.close(), 'close');
    http.prepare(origin);
    await expect(post()).rejects.toMatchObject({ code: 'ECONNREFUSED', sent: false });
    await expect(post()).rejects.toMatchObject({ code: 'ECONNREFUSED', sent: false });
    await once(server.listen(port, '127.0.0.1'), 'listening');
    expect(await post()).toMatchObject({ status: 200 });
  });
});

async function textOf(reply: HttpReply): Promise<string> {
  const whole = reply.whole?.();
  if (whole !== undefined) return Buffer.from(whole).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of reply.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
