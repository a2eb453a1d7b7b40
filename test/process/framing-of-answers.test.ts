import * as zlib from 'node:zlib';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Expected, expectBridgeError } from '../support/bridge-error.ts';
import { http, type Peer, resultFor, type WireHandler, type WireRequest } from '../support/wire-server.ts';
import { startWired, WRITE, write } from '../support/wired.ts';

type Case = readonly [
  what: string,
  act: (peer: Peer, request: WireRequest) => unknown,
  expected: Expected | 'answered',
];

const LOST: Expected = { kind: 'outcomeUnknown', outcome: 'unknown' };
const UNUSABLE: Expected = { kind: 'invalidUpstream', outcome: 'unknown' };

function headed(request: WireRequest, ...lines: readonly string[]): string {
  const body = resultFor(request);
  return [...lines, `content-length: ${body.length}`, '', body].join('\r\n');
}

function chunked(body: string): string {
  const chunks = body.match(/.{1,7}/gs) ?? [];
  const text = chunks.map((chunk) => `${chunk.length.toString(16)};ext=1\r\n${chunk}\r\n`).join('');
  return `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${text}0\r\ntrailer: x\r\n\r\n`;
}

/** Calls issue_write once for each case, in one bridge, and after each another tool that must get its own answer. */
async function check(cases: readonly Case[]): Promise<void> {
  const handler: WireHandler = (request, peer) => {
    const title = JSON.parse(request.message).params.arguments.title;
    const [, act] = cases.find(([what]) => what === title) as Case;
    act(peer, request);
  };
  const { bridge, server } = await startWired({ [WRITE]: handler });
  for (const [id, [what, , expected]] of cases.entries()) {
    const answer = await bridge.call(id, 'tools/call', { name: 'issue_write', arguments: { title: what } });
    if (expected === 'answered') expect(answer, what).toHaveProperty('result');
    else expectBridgeError(answer, expected);
    expect(await bridge.call(`next to ${what}`, 'tools/call', { name: 'next' }), what).toHaveProperty('result');
  }
  expect(server.of(WRITE)).toHaveLength(cases.length);
  expect(bridge.lines).toHaveLength(cases.length * 2);
}

test('whatever the framing of an answer, it is read by the rules of HTTP, and the next one is never out of step (T103)', () =>
  check([
    ['in chunks with extensions and a trailer', (peer, request) => peer.send(chunked(resultFor(request))), 'answered'],
    ['byte by byte', (peer, request) => peer.drip(http(resultFor(request))), 'answered'],
    ['chunks byte by byte', (peer, request) => peer.drip(chunked(resultFor(request))), 'answered'],
    [
      'two answers in one write',
      (peer, request) =>
        peer.send(Buffer.concat([http(resultFor(request)), http('{"jsonrpc":"2.0","id":0,"result":{"evil":1}}')])),
      'answered',
    ],
    [
      'bytes behind the answer',
      (peer, request) => peer.send(Buffer.concat([http(resultFor(request)), Buffer.from('{"jsonrpc":"2.0"}')])),
      'answered',
    ],
    [
      '102 and 103 before the answer',
      (peer, request) =>
        peer.send(
          `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${http(resultFor(request))}`,
        ),
      'answered',
    ],
    [
      'HTTP/1.0, to the end of the connection',
      (peer, request) => peer.socket.end(`HTTP/1.0 200 OK\r\n\r\n${resultFor(request)}`),
      'answered',
    ],
    [
      'HTTP/1.1 without a length, to the end of the connection',
      (peer, request) => peer.socket.end(`HTTP/1.1 200 OK\r\n\r\n${resultFor(request)}`),
      'answered',
    ],
    [
      'a head of 12 KiB',
      (peer, request) => peer.send(headed(request, 'HTTP/1.1 200 OK', `x: ${'a'.repeat(12_000)}`)),
      'answered',
    ],
    [
      'a head of 20 KiB',
      (peer, request) => peer.send(headed(request, 'HTTP/1.1 200 OK', `x: ${'a'.repeat(20_000)}`)),
      { kind: 'tooLarge', outcome: 'unknown' },
    ],
    ['a folded header', (peer, request) => peer.send(headed(request, 'HTTP/1.1 200 OK', 'x: a', ' b')), LOST],
    [
      'a length and chunks',
      (peer, request) => peer.send(headed(request, 'HTTP/1.1 200 OK', 'transfer-encoding: chunked')),
      LOST,
    ],
    ['two lengths', (peer, request) => peer.send(headed(request, 'HTTP/1.1 200 OK', 'content-length: 3')), LOST],
    [
      'a length that is too small',
      (peer, request) => peer.send(`HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n${resultFor(request)}`),
      UNUSABLE,
    ],
    ['a header with a bare LF', (peer, request) => peer.send(headed(request, 'HTTP/1.1 200 OK', 'x: a\ny: b\0')), LOST],
    // undici takes a 100 that nobody asked for as a broken answer. [7.30.2]
    [
      '100 before the answer',
      (peer, request) => peer.send(`HTTP/1.1 100 Continue\r\n\r\n${http(resultFor(request))}`),
      LOST,
    ],
    ['101', (peer) => peer.send('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'), LOST],
  ]));

test.each<[string, string, RegExp]>([
  ['a 100 that nobody asked for (T212)', 'HTTP/1.1 100 Continue\r\n\r\n', /"100 Continue" that nobody asked for/],
  [
    'a 101 that nobody asked for (T212)',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    /another protocol \(status 101\)/,
  ],
  [
    'a header without a colon (T216)',
    'HTTP/1.1 200 OK\r\nbad header\r\n',
    /break the rules of HTTP \(Invalid header token/,
  ],
  ['a NUL in a header (T216)', 'HTTP/1.1 200 OK\r\nx: a\0b\r\n', /break the rules of HTTP \(Invalid header value char/],
  ['a status of four digits (T216)', 'HTTP/1.1 2000 OK\r\n', /break the rules of HTTP \(Invalid response status/],
])('%s is named, a call with effects is made once, and a read again', async (_what, bytes, message) => {
  const broken: WireHandler = (request, peer, nth) => {
    if (nth === 1) peer.send(bytes);
    peer.send(http(resultFor(request)));
  };
  const { bridge, server } = await startWired({ [WRITE]: broken, initialize: broken, 'tools/list': broken });
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };
  expect(await bridge.call(0, 'initialize', params)).toHaveProperty('result');
  expectBridgeError(await write(bridge, 1), { ...LOST, message });
  expect(server.of(WRITE)).toHaveLength(1);
  expect(await bridge.call(2, 'tools/list')).toHaveProperty('result');
  const [first, second] = server.of('tools/list');
  expect(second?.connection).not.toBe(first?.connection);
});

test('an answer too many never answers another call: that one fails, and the next has a new connection (T250)', async () => {
  const { bridge, server } = await startWired({
    [WRITE]: (request, peer, nth) => {
      if (nth === 3) peer.send(http('{"jsonrpc":"2.0","id":2,"result":{"evil":true}}'));
      peer.send(http(resultFor(request)));
    },
  });
  expect(await write(bridge, 1)).toHaveProperty('result');
  expect(await write(bridge, 2)).toHaveProperty('result');
  expectBridgeError(await write(bridge, 3), { ...LOST, message: /id of another call/ });
  expect(await write(bridge, 4)).toEqual({ jsonrpc: '2.0', id: 4, result: {} });
  expect(server.of(WRITE)).toHaveLength(4);
  expect(server.of(WRITE)[3]?.connection).not.toBe(server.of(WRITE)[2]?.connection);
});

test('a server that never echoes ids is served (T250)', async () => {
  const { bridge } = await startWired({
    [WRITE]: (_request, peer) => peer.send(http('{"jsonrpc":"2.0","id":0,"result":{}}')),
  });
  for (const id of [0, 1, 2]) expect(await write(bridge, id)).toEqual({ jsonrpc: '2.0', id, result: {} });
});

describe('an encoded body is decoded, or said to be undecodable; it never reaches stdout as it is (T104)', () => {
  const packed =
    (encoding: string | undefined, pack: (text: string) => Uint8Array): Case[1] =>
    (peer, request) =>
      peer.send(http(pack(resultFor(request)), 200, encoding === undefined ? {} : { 'content-encoding': encoding }));
  // The same bytes that a Node with zstd makes of the answer below, which has the id 0.
  const { zstdCompressSync } = zlib as { readonly zstdCompressSync?: (text: string) => Uint8Array };
  const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x04, 0, 1, 0, 0, 0x7b, 0, 0, 0, 0]);

  test('gzip, deflate, br, in chains, with wrong labels and without', () =>
    check([
      ['gzip', packed('gzip', gzipSync), 'answered'],
      ['X-GZip', packed(' X-GZip ', gzipSync), 'answered'],
      ['deflate', packed('deflate', deflateSync), 'answered'],
      ['deflate without its frame', packed('deflate', deflateRawSync), 'answered'],
      ['br', packed('br', brotliCompressSync), 'answered'],
      ['identity', packed('identity', Buffer.from), 'answered'],
      ['gzip in br', packed('gzip, br', (text) => brotliCompressSync(gzipSync(text))), 'answered'],
      ['gzip without a label', packed(undefined, gzipSync), 'answered'],
      ['gzip as identity', packed('identity', gzipSync), 'answered'],
      ['gzip as br', packed('br', gzipSync), 'answered'],
      ['plain as gzip', packed('gzip', Buffer.from), 'answered'],
      ['plain as br', packed('br', Buffer.from), UNUSABLE],
      ['plain as deflate', packed('deflate', Buffer.from), UNUSABLE],
      ['gzip that is cut', packed('gzip', (text) => gzipSync(text).subarray(0, -9)), UNUSABLE],
      ['br that is cut', packed('br', (text) => brotliCompressSync(text).subarray(0, -3)), UNUSABLE],
      [
        'unknown',
        packed('compress', (text) => Buffer.concat([Buffer.from([0x1f, 0x9d, 0x90]), Buffer.from(text)])),
        UNUSABLE,
      ],
      ['plain as zstd', packed('zstd', Buffer.from), 'answered'],
      ['br under a label more', packed('br, aws-chunked', brotliCompressSync), 'answered'],
      ['gzip under a label more', packed('gzip, none', gzipSync), 'answered'],
      ['three codings', packed('gzip, gzip, gzip', (text) => gzipSync(gzipSync(gzipSync(text)))), UNUSABLE],
      ['two hundred codings', packed(Array(200).fill('gzip').join(), gzipSync), UNUSABLE],
    ]));

  test('what is readable JSON or an event stream is taken as it is under a label that is no coding', () =>
    check(
      ['none', 'UTF-8', 'aws-chunked', 'binary', 'compress', 'utf-8, none'].flatMap((label): Case[] => [
        [`JSON as ${label}`, packed(label, (text) => Buffer.from(text)), 'answered'],
        [
          `JSON behind a byte order mark as ${label}`,
          packed(label, (text) => Buffer.from(`\ufeff${text}`)),
          'answered',
        ],
        [`events as ${label}`, packed(label, (text) => Buffer.from(`: hello\n\ndata: ${text}\n\n`)), 'answered'],
      ]),
    ));

  test('zstd, where this Node knows it', () =>
    zstdCompressSync
      ? check([
          ['zstd', packed('zstd', zstdCompressSync), 'answered'],
          ['zstd without a label', packed(undefined, zstdCompressSync), 'answered'],
        ])
      : check([
          [
            'zstd',
            packed('zstd', () => ZSTD),
            { ...UNUSABLE, message: /zstd, which this version of Node cannot undo/ },
          ],
          ['zstd without a label', packed(undefined, () => ZSTD), { ...UNUSABLE, message: /zstd/ }],
        ]));
});
