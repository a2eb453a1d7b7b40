/** Every point at which a call can fail, as bytes on the wire, for every class of call and every route. [requirements.md, 4] */

import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ROUTES } from '../../src/config/config.ts';
import { type Expected, expectBridgeError } from '../support/bridge-error.ts';
import { answered, http, type Peer, resultFor, type WireHandler, type WireRequest } from '../support/wire-server.ts';
import { startWired, WRITE } from '../support/wired.ts';

interface FailurePoint {
  readonly act: (peer: Peer, request: WireRequest) => void;
  /** What a call with effects is told, for which this happens once. */
  readonly write: Expected | 'answered';
  /** How often a call that only reads is made in all. */
  readonly reads: 1 | 2;
}

const LOST: Expected = { kind: 'outcomeUnknown', outcome: 'unknown', data: { attempts: 1 } };
const UNUSABLE: Expected = { kind: 'invalidUpstream', outcome: 'unknown', data: { attempts: 1 } };
const REJECTED: Expected = { kind: 'upstreamHttp', outcome: 'rejected', data: { attempts: 1 } };

function head(...lines: readonly string[]): string {
  return ['HTTP/1.1 200 OK', ...lines, '', ''].join('\r\n');
}

function status(code: number, body = '', headers: Readonly<Record<string, string>> = {}): FailurePoint['act'] {
  return (peer) => peer.send(http(body, code, headers));
}

const FAILURE_POINTS: Readonly<Record<string, FailurePoint>> = {
  'F8 reset behind the request': { act: (peer) => peer.reset(), write: LOST, reads: 2 },
  'F8 FIN behind the request': { act: (peer) => peer.end(), write: LOST, reads: 2 },
  'F8 cut in the head': { act: (peer) => peer.socket.end('HTTP/1.1 200 OK\r\nConte'), write: LOST, reads: 2 },
  'F8 cut in the body': {
    act: (peer, request) => peer.socket.end(http(resultFor(request)).subarray(0, -5)),
    write: LOST,
    reads: 2,
  },
  'F8 reset in the body': {
    act: (peer, request) => {
      peer.socket.write(http(resultFor(request)).subarray(0, -5), () => peer.reset());
    },
    write: LOST,
    reads: 2,
  },
  'F8 a length that is too large': {
    act: (peer, request) => peer.socket.end(`${head('content-length: 9999')}${resultFor(request)}`),
    write: LOST,
    reads: 2,
  },
  'F8 chunks that break off': {
    act: (peer, request) => peer.socket.end(`${head('transfer-encoding: chunked')}ffff\r\n${resultFor(request)}`),
    write: LOST,
    reads: 2,
  },
  'F8 a chunk without a size': {
    act: (peer) => peer.send(`${head('transfer-encoding: chunked')}zz\r\n`),
    write: LOST,
    reads: 2,
  },
  'F8 no HTTP': { act: (peer) => peer.send('SSH-2.0-OpenSSH_9.9\r\n'), write: LOST, reads: 2 },
  'F8 an event stream that is cut': {
    act: (peer) => peer.socket.end(`${head('content-type: text/event-stream', 'connection: close')}: hello\n\ndata: {`),
    write: LOST,
    reads: 2,
  },
  'F8 500': { act: status(500, 'oops'), write: { ...LOST, data: { httpStatus: 500 } }, reads: 2 },
  'F8 502': { act: status(502, '<html>'), write: { ...LOST, data: { httpStatus: 502 } }, reads: 2 },
  'F8 504': { act: status(504), write: { ...LOST, data: { httpStatus: 504 } }, reads: 2 },
  'F9 503': { act: status(503, '', { 'retry-after': '0' }), write: { ...LOST, data: { httpStatus: 503 } }, reads: 2 },
  'F12 a web page': { act: status(200, '<html>hello</html>'), write: UNUSABLE, reads: 2 },
  'F12 nothing': { act: status(200), write: UNUSABLE, reads: 2 },
  'F12 202': { act: status(202), write: UNUSABLE, reads: 2 },
  'F12 no UTF-8': { act: (peer) => peer.send(http(Buffer.from([0x7b, 0xff, 0x7d]))), write: UNUSABLE, reads: 2 },
  'F12 gzip that is cut': {
    act: (peer, request) => {
      const packed = gzipSync(resultFor(request));
      peer.send(http(packed.subarray(0, packed.length - 12), 200, { 'content-encoding': 'gzip' }));
    },
    write: UNUSABLE,
    reads: 2,
  },
  'F12 an unknown coding': {
    act: status(200, 'abcdefgh', { 'content-encoding': 'rot13' }),
    write: UNUSABLE,
    reads: 2,
  },
  'F4 429': { act: status(429, '', { 'retry-after': '0' }), write: 'answered', reads: 2 },
  'F13 400': { act: status(400, 'no'), write: REJECTED, reads: 1 },
  'F13 409': { act: status(409), write: { kind: 'upstreamHttp', outcome: 'unknown' }, reads: 1 },
  'F13 413': { act: status(413), write: { kind: 'tooLarge', outcome: 'rejected' }, reads: 1 },
  'F13 307': { act: status(307, '', { location: 'http://127.0.0.1:1/' }), write: REJECTED, reads: 1 },
  'F17 headers without measure': {
    act: (peer) => peer.send(head(`x-long: ${'a'.repeat(65_536)}`)),
    write: { kind: 'tooLarge', outcome: 'unknown' },
    reads: 1,
  },
};

const NAMES = Object.keys(FAILURE_POINTS);

/** Fails the first time that a call names that point, by its title or by its cursor. */
function failing(executed: string[]): WireHandler {
  const failed = new Set<string>();
  return (request, peer, nth) => {
    const { params } = JSON.parse(request.message);
    const name: string = params?.cursor ?? params?.arguments?.title ?? '';
    const point = FAILURE_POINTS[name];
    if (point !== undefined && !failed.has(name)) {
      failed.add(name);
      return point.act(peer, request);
    }
    executed.push(name);
    return answered(request, peer, nth);
  };
}

describe.each(ROUTES)('on the route %s', (route) => {
  test('issue_write is made once at every failure point, and told whether it was sent (T196, T098, T100, T201)', async () => {
    const executed: string[] = [];
    const { bridge, server } = await startWired({ [WRITE]: failing(executed) }, { args: ['--route', route] });
    for (const [id, name] of NAMES.entries()) {
      const answer = await bridge.call(id, 'tools/call', { name: 'issue_write', arguments: { title: name } });
      const { write } = FAILURE_POINTS[name] as FailurePoint;
      if (write === 'answered') expect(answer, name).toHaveProperty('result');
      else expectBridgeError(answer, write);
      const copies = server.of(WRITE).filter(({ message }) => JSON.parse(message).params.arguments.title === name);
      // Twice only where the first was turned away.
      expect(copies, name).toHaveLength(write === 'answered' ? 2 : 1);
      expect(executed.filter((title) => title === name).length, name).toBe(write === 'answered' ? 1 : 0);
    }
    expect(await bridge.call('last', 'tools/call', { name: 'issue_write' })).toHaveProperty('result');
  });

  // The budget for repeats is shared: no more than ten of them in one process.
  test.each([0, 1, 2].map((part) => NAMES.slice(part * 9, part * 9 + 9)).map((names) => [names[0], names] as const))(
    'tools/list is made again where that helps, unchanged and on a new connection: from %s on (T196, T202)',
    async (_first, names) => {
      const { bridge, server } = await startWired({ 'tools/list': failing([]) }, { args: ['--route', route] });
      const answers = await Promise.all(names.map((name, id) => bridge.call(id, 'tools/list', { cursor: name })));
      for (const [id, name] of names.entries()) {
        const answer = answers[id];
        const { reads } = FAILURE_POINTS[name] as FailurePoint;
        const copies = server.of('tools/list').filter(({ message }) => JSON.parse(message).params.cursor === name);
        expect(copies, name).toHaveLength(reads);
        if (reads === 1) expect(answer, name).toHaveProperty('error.data.attempts', 1);
        else expect(answer, name).toHaveProperty('result');
        expect(new Set(copies.map(({ body }) => body)).size, name).toBe(1);
        expect(new Set(copies.map(({ connection }) => connection)).size, name).toBe(reads);
      }
    },
  );
});

test('a call that is lost on a connection in use, and one that finds it closed, are told apart (T098, T099)', async () => {
  const { bridge, server } = await startWired({
    [WRITE]: async (request, peer, nth) => {
      if (nth === 2) return peer.reset();
      await answered(request, peer, nth);
      // Closed while it is idle, right behind the answer.
      if (nth === 3) peer.end();
    },
  });
  const call = (id: number) => bridge.call(id, 'tools/call', { name: 'issue_write' });
  expect(await call(1)).toHaveProperty('result');
  expectBridgeError(await call(2), LOST);
  expect(await call(3)).toHaveProperty('result');
  await new Promise<void>((resolve) => server.peers[1]?.socket.once('close', () => resolve()));
  expect(await call(4)).toHaveProperty('result');
  expect(server.of(WRITE).map(({ connection }) => connection)).toEqual([1, 1, 2, 3]);
});

test.each<[string, (peer: Peer) => void]>([
  ['before the head', () => {}],
  ['in the head', (peer) => peer.send('HTTP/1.1 200 OK\r\nContent-')],
  ['in the body', (peer) => peer.send(`${head('content-length: 99')}{"jsonrpc":`)],
  ['in an event', (peer) => peer.send(`${head('content-type: text/event-stream')}data: {"js`)],
])('silence %s ends at the deadline, and its connection with it; other calls go on (T102)', async (_where, stall) => {
  const { bridge, server } = await startWired(
    { [WRITE]: (_request, peer) => stall(peer) },
    { args: ['--request-timeout', '0.4'] },
  );
  bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'issue_write' } });
  await server.arrived(WRITE);
  const closed = new Promise<void>((resolve) => server.peers[0]?.socket.once('close', () => resolve()));
  expect(await bridge.call(2, 'tools/list')).toHaveProperty('result');
  expectBridgeError(await bridge.answer(1), { kind: 'timeout', outcome: 'unknown', data: { attempts: 1 } });
  await closed;
  expect(await bridge.call(3, 'tools/list')).toHaveProperty('result');
  expect(server.of(WRITE)).toHaveLength(1);
});
