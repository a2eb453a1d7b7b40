/** Attacks of an MCP server by an HTTP response that does not end. */

import { expect, test } from 'vitest';
import { startBridge } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { MAX_RSS } from '../support/preload.ts';
import { event, type RawHandler, startRawWorkspace, stream } from '../support/raw-workspace.ts';
import type { Peer, WireHandler } from '../support/wire-server.ts';
import { startWired, WRITE, write } from '../support/wired.ts';

const MIB = 1024 * 1024;
/** Most bytes that a server here sends: what is not limited would take them all. */
const MOST_SENT = 300 * MIB;

/** Sends the same bytes for as long as they are taken. */
function pour(peer: Peer, bytes: Buffer): Promise<number> {
  return new Promise((resolve) => {
    let sent = 0;
    const more = () => {
      while (sent < MOST_SENT && !peer.socket.destroyed) {
        sent += bytes.length;
        if (!peer.socket.write(bytes)) return;
      }
    };
    peer.socket.on('drain', more);
    peer.socket.on('close', () => resolve(sent));
    more();
  });
}

interface Poured {
  readonly sent: number;
  readonly rssMib: number;
}

/** Answers a call with a response of which the rest repeats without end. */
async function pourInto(head: string, start: string, rest: string, kind: string): Promise<Poured> {
  let sent: Promise<number> = Promise.resolve(0);
  const handler: WireHandler = (_request, peer) => {
    peer.send(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${start}`);
    sent = pour(peer, Buffer.from(rest.repeat(Math.ceil(65_536 / rest.length))));
  };
  const { bridge } = await startWired({ [WRITE]: handler }, { nodeArgs: MAX_RSS });
  expect(await bridge.call('before', 'tools/list')).toHaveProperty('result');
  const poured = write(bridge, 1);
  let isOver = false;
  void poured.then(() => {
    isOver = true;
  });
  const times: number[] = [];
  while (!isOver || times.length === 0) {
    const started = performance.now();
    expect(await bridge.call(`beside ${times.length}`, 'tools/list')).toHaveProperty('result');
    times.push(performance.now() - started);
  }
  expectBridgeError(await poured, { kind, outcome: 'unknown' });
  expect(times.sort((one, other) => one - other)[times.length >> 1]).toBeLessThan(1_000);
  await bridge.finish();
  return { sent: await sent, rssMib: Number(/max rss: (\d+) MiB/.exec(bridge.stderr)?.[1]) };
}

const SSE = 'content-type: text/event-stream';
const CHUNKED = 'content-type: application/json\r\ntransfer-encoding: chunked';
const foreign = (text: string) => `data: {"jsonrpc":"2.0","id":"of another","result":"${text}"}\n\n`;

test.each<[string, string]>([
  ['short', foreign('a')],
  ['long', foreign('a'.repeat(MIB))],
])(
  'endless %s responses to ids that were not sent end the stream, and delay no other call (T244, T255)',
  async (_what, rest) => {
    const { rssMib, sent } = await pourInto(SSE, '', rest, 'invalidUpstream');
    expect(sent).toBeLessThan(100 * MIB);
    expect(rssMib).toBeLessThan(400);
  },
);

test.each<[string, string, string, string]>([
  ['spaces', 'content-type: application/json', '', ' '],
  ['line ends before an event', SSE, '', '\n'],
  ['line ends of three kinds', SSE, ':\n', '\r\n\n\r'],
  ['comments', SSE, '', ': still here\n\n'],
  ['empty events', SSE, '', 'data:\n\n'],
  ['events without data', SSE, '', 'event: ping\n\n'],
  ['lines without a known field', SSE, ':\n', 'a\n'],
  ['JSON in chunks of one byte', CHUNKED, '', '1\r\n"\r\n'],
  ['spaces in chunks of one byte', CHUNKED, '', '1\r\n \r\n'],
  ['an event in chunks of one byte', CHUNKED, '6\r\ndata: \r\n', '1\r\na\r\n'],
  ['lines of an event in chunks of one byte', CHUNKED, '6\r\ndata: \r\n', '1\r\na\r\n1\r\n\n\r\n'],
])(
  'a response of %s without end counts against the limit of a response, and delays no other call (T245, T255)',
  async (_what, head, start, rest) => {
    const { rssMib, sent } = await pourInto(head, start, rest, 'tooLarge');
    expect(sent).toBeLessThan(100 * MIB);
    expect(rssMib).toBeLessThan(400);
  },
);

test('a request of the server that waits for its answer keeps no long text alive (T247)', async () => {
  const padding = 'a'.repeat(4 * MIB);
  const workspace = await startRawWorkspace({
    'tools/call': async ({ id }, response) => {
      stream(response);
      for (let nth = 0; nth < 32; nth++) {
        response.write(
          event({ id: `a request of the server, ${nth}`, method: 'elicitation/create', params: { padding } }),
        );
      }
      response.write(event({ id: padding, method: 'elicitation/create' }));
      response.end(event({ id, result: {} }));
    },
  });
  const bridge = startBridge({
    args: ['--connection', 'github', '--route', 'managed-mcp'],
    env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-canary-of-questions' },
    nodeArgs: ['--max-old-space-size=64'],
  });
  await bridge.initialize();
  expect(await bridge.call('call', 'tools/call')).toHaveProperty('result');
  const questions = bridge.messages.filter(({ method }) => method === 'elicitation/create');
  expect(questions).toHaveLength(32);
  bridge.send({ jsonrpc: '2.0', id: 'a request of the server, 31', result: {} });
  await workspace.arrived('response');
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
});

test('a server that asks without end is refused at a bounded rate, then cut off (T251)', async () => {
  let asked = 0;
  const asks: RawHandler = (_call, response) => {
    stream(response);
    const more = () => {
      while (asked < 1e6 && response.write(event({ id: asked++, method: 'elicitation/create' })));
    };
    response.on('drain', more);
    more();
  };
  const workspace = await startRawWorkspace({ 'tools/call': asks });
  const bridge = startBridge({
    args: ['--connection', 'github', '--route', 'managed-mcp'],
    env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-canary-of-questions' },
  });
  await bridge.initialize();
  const answer = await bridge.call('call', 'tools/call');
  expectBridgeError(answer, { kind: 'invalidUpstream', outcome: 'unknown', message: /goes on sending requests/ });
  expectBridgeError(await bridge.call('second', 'tools/call'), { kind: 'invalidUpstream', outcome: 'unknown' });
  expect(await bridge.call('third', 'tools/list')).toHaveProperty('result');
  const questions = bridge.messages.filter(({ method }) => method === 'elicitation/create');
  expect(questions).toHaveLength(64);
  await workspace.arrived('response', 256);
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  expect(workspace.of('response').length).toBeLessThan(500);
});

test('a standing stream that is cut off for a limit is opened again after growing waits (T244, T251)', async () => {
  let opened = 0;
  const workspace = await startRawWorkspace({
    GET: (_call, response) => {
      opened++;
      stream(response);
      const events = `retry: 100\n${foreign('a')}`.repeat(1_000);
      const more = () => {
        while (!response.destroyed && response.write(events));
      };
      response.on('drain', more);
      more();
    },
  });
  const bridge = startBridge({
    args: ['--connection', 'github', '--route', 'managed-mcp'],
    env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-canary-of-questions' },
  });
  await bridge.initialize();
  await workspace.arrived('GET', 2);
  for (let nth = 0; nth < 100; nth++) await bridge.call(nth, 'tools/list');
  expect(opened).toBeLessThan(4);
});

test('millions of blank lines of the client delay nothing that comes before them (T255)', async () => {
  const workspace = await startRawWorkspace({});
  const bridge = startBridge({
    args: ['--connection', 'github', '--route', 'managed-mcp'],
    env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-canary-of-questions' },
    nodeArgs: MAX_RSS,
  });
  await bridge.initialize();
  bridge.send({ jsonrpc: '2.0', id: 'before', method: 'tools/list' });
  for (let nth = 0; nth < 4; nth++) bridge.child.stdin.write('\n'.repeat(MIB));
  expect(await bridge.answer('before')).toHaveProperty('result');
  expect(await bridge.call('after', 'tools/list')).toHaveProperty('result');
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  expect(Number(/max rss: (\d+) MiB/.exec(bridge.stderr)?.[1])).toBeLessThan(300);
});
