import { describe, expect, test } from 'vitest';
import type { CannedReply } from '../../src/sandbox/workspace.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { event, raw, sse } from '../support/canned.ts';
import { startScripted } from '../support/scripted.ts';

const CALL = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t"}}';
const ANSWER = '{"jsonrpc":"2.0","id":1,"result":{"n":1.0}}';
const PROGRESS =
  '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":9007199254740993,"progress":1.0}}';
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const PRETTY = '{\n  "jsonrpc": "2.0",\r\n  "id": 1,\n\t"result": { "a": "x\\ny", "n": 1.0 }\n}\n';
const PRETTY_LINE = '{   "jsonrpc": "2.0",   "id": 1, \t"result": { "a": "x\\ny", "n": 1.0 } }';

/** What the client is given for one call that is answered so. */
async function linesFor(reply: CannedReply): Promise<readonly string[]> {
  const { bridge, calls } = await startScripted({ 'tools/call': () => reply });
  bridge.send(CALL);
  await bridge.finish();
  expect(calls).toHaveLength(1);
  return bridge.lines;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const SSE_TYPE = { 'content-type': 'text/event-stream' };

describe('an answer is understood by what it is, not by what it is called (T105, T106)', () => {
  test.each<[string, CannedReply]>([
    ['JSON as text/plain', raw(ANSWER)],
    ['JSON as application/json with a charset', raw(ANSWER, 200, { 'content-type': 'Application/JSON;charset=utf-8' })],
    ['JSON as an event stream', raw(ANSWER, 200, SSE_TYPE)],
    ['JSON as a web page', raw(ANSWER, 200, { 'content-type': 'text/html' })],
    ['JSON without a type', raw(ANSWER, 200, { 'content-type': '' })],
    ['JSON behind a byte order mark', raw(`\ufeff${ANSWER}`)],
    ['JSON behind blank lines', raw(`\r\n\n ${ANSWER}`)],
    ['JSON under an error status (T044)', raw(ANSWER, 500)],
    ['an event stream as text/plain', sse(ANSWER)],
    ['an event stream as application/json', raw(event(ANSWER), 200, JSON_TYPE)],
    ['an event stream with a charset', raw(event(ANSWER), 200, { 'content-type': 'text/event-stream; charset=utf-8' })],
    ['an event stream with CRLF', raw(event(ANSWER).replaceAll('\n', '\r\n'))],
    ['an event stream with CR', raw(event(ANSWER).replaceAll('\n', '\r'))],
    ['an event stream behind a byte order mark', raw(`\ufeff${event(ANSWER)}`)],
    ['an event stream behind a comment and an id', raw(`: hello\n\nid: 1\nretry: 1\ndata:\n\n${event(ANSWER)}`)],
    ['an event without a name and without a space', raw(`data:${ANSWER}\n\n`)],
  ])('%s', async (_what, reply) => {
    expect((await linesFor(reply)).map((line) => line.trim())).toEqual([ANSWER]);
  });
});

describe('an answer becomes one line, and only white space between tokens changes', () => {
  test.each<[string, CannedReply]>([
    ['as a body (T039)', raw(PRETTY)],
    ['as an event with several data lines (T039)', raw(event(PRETTY.replaceAll('\r', '').trimEnd()))],
  ])('pretty-printed %s', async (_what, reply) => {
    const [line = '', ...more] = await linesFor(reply);
    expect(more).toEqual([]);
    expect(line.replace(/\s+/g, ' ').trim()).toBe(PRETTY_LINE.replace(/\s+/g, ' '));
  });

  test.each<[string, (answer: string) => CannedReply]>([
    ['in a body', (answer) => raw(answer)],
    ['in an event', (answer) => sse(answer)],
  ])('U+2028 and U+2029 %s are written as escapes, and nothing else is (T040)', async (_what, replyWith) => {
    const answer = '{"jsonrpc":"2.0","id":1,"result":{"s":"a\u2028b\u2029c\u0085 \\u2028 \\u001b[2J 🗼 \u202e"}}';
    const escaped = answer.replace('\u2028', '\\u2028').replace('\u2029', '\\u2029');
    expect(await linesFor(replyWith(answer))).toEqual([escaped]);
  });
});

describe('what stands before the answer in the same body reaches the client before it, in order', () => {
  const before = [PROGRESS, PING, PROGRESS.replace('1.0', '2.0')];

  test.each<[string, CannedReply]>([
    ['in an event stream', sse(...before, ANSWER)],
    ['in an array', raw(`[\n${[...before, ANSWER].join(' ,\n')}]`)],
    ['in an event that holds an array', sse(`[${before.join(',')}]`, ANSWER)],
  ])('%s', async (_what, reply) => {
    expect(await linesFor(reply)).toEqual([...before, ANSWER]);
  });

  test('an event that is no message loses nothing else, and is logged (T126)', async () => {
    const { bridge } = await startScripted({
      'tools/call': () =>
        raw(`${event('{"jsonrpc":"2.0","id":1,"resu')}${event(PROGRESS)}${event('[1]')}${event(ANSWER)}`),
    });
    bridge.send(CALL);
    await bridge.answer(1);
    expect(bridge.lines).toEqual([PROGRESS, ANSWER]);
    await bridge.says(/holds no MCP message/);
  });

  test.each([
    [
      'events of other names are passed over',
      `event: ping\ndata: {}\n\nevent: acme\ndata: ${ANSWER}\n\n${event(ANSWER)}`,
    ],
    ['an event without data, which only has an id, is none', `id: 1\nretry: 1000\ndata:\n\n${event(ANSWER)}`],
    ['data on several lines is one text', `data: ${ANSWER.slice(0, 1)}\ndata: ${ANSWER.slice(1)}\n\n`],
  ])('%s (T125)', async (_what, body) => {
    const lines = await linesFor(raw(body));
    expect(lines.map((line) => JSON.parse(line))).toEqual([JSON.parse(ANSWER)]);
  });
});

describe("an error of the server is the server's own", () => {
  test.each([
    [
      'extra members, a float code (T043)',
      '{"jsonrpc":"2.0","id":1,"error":{"code":-1.0,"message":"m","data":[1.0],"x":1},"y":2}',
      200,
    ],
    ['code 0 (T043)', '{"jsonrpc":"2.0","id":1,"error":{"code":0,"message":""}}', 200],
    ['a code of 2^31 (T043)', '{"jsonrpc":"2.0","id":1,"error":{"code":2147483648,"message":"m"}}', 200],
    ['status 400 (T044)', '{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"m"}}', 400],
    [
      'status 404 and no session (T068d)',
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"Session not found"}}',
      404,
    ],
    ['status 403 (T044)', '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"m"}}', 403],
    ['status 500 (T044)', '{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"m"}}', 500],
    ['status 503 (T044)', '{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"m"}}', 503],
  ])('with %s it is relayed unchanged', async (_what, answer, status) => {
    expect(await linesFor(raw(answer, status))).toEqual([answer]);
  });

  test.each([
    ['null', '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"m","x":1.0}}'],
    ['missing', '{"jsonrpc":"2.0","error":{"code":-32700,"message":"m","x":1.0}}'],
  ])('with an id that is %s, only that is set (T045)', async (_what, answer) => {
    const [line = '', ...more] = await linesFor(raw(answer, 400));
    expect(more).toEqual([]);
    expect(JSON.parse(line)).toEqual({ ...JSON.parse(answer), id: 1 });
    expect(line).toContain('"error":{"code":-32700,"message":"m","x":1.0}}');
  });
});

describe('where there is no answer, an error is', () => {
  test.each<[string, CannedReply, Readonly<Record<string, unknown>>]>([
    ['an empty body (T107)', raw(''), { httpStatus: 200 }],
    ['202 (T107)', raw('', 202), { httpStatus: 202 }],
    ['text', raw('hello'), { httpStatus: 200 }],
    ["a gateway's page under 200 (F12)", raw('<html><head><title>504 Gateway Time-out</title></head></html>'), {}],
    ['JSON that is no message', raw('{"hello":1}'), { httpStatus: 200 }],
    ['half a message', raw(ANSWER.slice(0, 30)), { httpStatus: 200 }],
    ['a body that is not UTF-8 (T041)', raw(Buffer.from(ANSWER.replace('n', '\xff'), 'latin1')), {}],
    ['a body that is compressed, under a wrong label (T104)', raw(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0])), {}],
  ])('%s', async (_what, reply, data) => {
    const [line = '', ...more] = await linesFor(reply);
    expect(more).toEqual([]);
    expectBridgeError(JSON.parse(line), { kind: 'invalidUpstream', outcome: 'unknown', data });
  });

  test.each<[string, CannedReply, readonly string[]]>([
    ['an event that was cut before its blank line (T118)', raw(event(ANSWER.slice(0, -1)).trimEnd()), []],
    ['an event stream without an answer', sse(PROGRESS), [PROGRESS]],
  ])('%s', async (_what, reply, before) => {
    const lines = [...(await linesFor(reply))];
    expectBridgeError(JSON.parse(lines.pop() ?? ''), { kind: 'outcomeUnknown', outcome: 'unknown' });
    expect(lines).toEqual(before);
  });
});

test('a second answer in the same body is dropped (T127)', async () => {
  expect(await linesFor(sse(ANSWER, ANSWER.replace('1.0', '2.0'), PROGRESS))).toEqual([ANSWER, PROGRESS]);
});
