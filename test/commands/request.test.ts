import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type CannedReply, type ExternalCall, startWorkspace } from '../../src/sandbox/workspace.ts';
import { toWorkspace } from '../support/bridge.ts';
import { CUT, platformError, raw, silence } from '../support/canned.ts';
import { type Run, runBin } from '../support/run-bin.ts';
import { CONNECTION, TOKEN } from '../support/scripted.ts';
import { temporaryDirectory } from '../support/temporary.ts';

async function startApi(answer: (call: ExternalCall) => CannedReply | Promise<CannedReply>) {
  const calls: ExternalCall[] = [];
  const workspace = await startWorkspace({
    token: TOKEN,
    connections: { [CONNECTION]: { url: 'http://127.0.0.1:1/api' } },
    onCall: (call) => {
      calls.push(call);
      return answer(call);
    },
  });
  onTestFinished(() => workspace.close());
  const way = toWorkspace({ host: workspace.host, token: TOKEN, connection: CONNECTION });
  const run = (args: readonly string[], input = ''): Promise<Run> =>
    runBin({ args: ['request', ...args, ...way.args], env: way.env, stdin: { text: input } });
  return { calls, run };
}

test("sends what the recipe's second snippet sends, and prints status, headers and body as they came", async () => {
  const body = '{"count":9007199254740993,"ratio":1.0}';
  const { calls, run } = await startApi(() =>
    raw(body, 200, { 'content-type': 'text/plain', 'x-github-media-type': 'v3' }),
  );
  const { code, stderr, stdout } = await run([
    'GET',
    '/traffic/views',
    '--include',
    '--header',
    'Accept: application/vnd.github+json',
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [call] = calls;
  expect(JSON.parse(call?.outer.body ?? '')).toEqual({
    connection_name: CONNECTION,
    method: 'GET',
    path: '/traffic/views',
    headers: '{"Accept":"application/vnd.github+json"}',
    json: null,
    params: null,
  });
  expect(stdout).toMatch(/^HTTP 200\n/);
  expect(stdout).toContain('\nx-github-media-type: v3\n');
  expect(stdout.endsWith(`\n\n${body}`)).toBe(true);
});

test('only the body goes to stdout, byte for byte, and the status of a failure to stderr', async () => {
  const body = '{"a":1}';
  const { run } = await startApi(() => raw(body, 200));
  expect(await run(['GET', '/x'])).toMatchObject({ code: 0, stdout: body, stderr: '' });
  const failing = await startApi(() => raw(body, 404));
  const { code, stderr, stdout } = await failing.run(['GET', '/x']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: body });
  expect(stderr).toContain('HTTP status 404');
});

test('--json is one object with the body in it as it was written', async () => {
  const { run } = await startApi(() => raw('{"n":9007199254740993, "f":1.0}', 201));
  const { code, stdout } = await run(['POST', '/user/repos', '--data', '{"name":"<x>", "n":1e2}', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ status: 201, headers: expect.any(Object) });
  expect(stdout).toContain('"body":{"n":9007199254740993, "f":1.0}');
});

test('a body that is no JSON is text in the object', async () => {
  const { run } = await startApi(() => raw('<p>no</p>', 404));
  const { code, stdout } = await run(['GET', '/x', '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ status: 404, body: '<p>no</p>' });
});

test('--data comes from the flag, a file or stdin, unchanged, with its type', async () => {
  const { calls, run } = await startApi(() => raw('{}'));
  const data = '{"n":9007199254740993, "token":"<your-token>"}';
  const file = join(temporaryDirectory(), 'body.json');
  writeFileSync(file, data);
  await run(['PATCH', '/x', '--data', data]);
  await run(['PUT', '/x', '--data', `@${file}`]);
  await run(['POST', '/x', '--data', '@-'], data);
  expect(calls.map(({ method }) => method)).toEqual(['PATCH', 'PUT', 'POST']);
  for (const { headers, text } of calls) {
    expect(text).toBe(data);
    expect(headers).toMatchObject({ 'Content-Type': 'application/json' });
  }
});

test('a query goes where the workspace wants it', async () => {
  const { calls, run } = await startApi(() => raw('[]'));
  expect((await run(['GET', '/search?q=a%20b&per_page=5'])).code).toBe(0);
  expect(JSON.parse(calls[0]?.outer.body ?? '')).toMatchObject({
    path: '/search',
    params: '{"q":"a b","per_page":"5"}',
  });
  const proxied = await run(['GET', '/search?q=a', '--route', 'connection-proxy']);
  expect(proxied).toMatchObject({ code: 64, stdout: '' });
  expect(proxied.stderr).toMatch(/--route external-function/);
  expect(calls).toHaveLength(1);
});

test('the connections proxy shows the status and headers of the server itself', async () => {
  const { calls, run } = await startApi(() => raw('', 204, { 'x-ratelimit-remaining': '59' }));
  const { code, stdout } = await run(['DELETE', '/x', '--route', 'connection-proxy', '--include']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^HTTP 204\n/);
  expect(stdout).toContain('x-ratelimit-remaining: 59');
  expect(calls[0]).toMatchObject({ method: 'DELETE', path: '/x' });
});

test('what the workspace itself refuses is said in words, with the next step', async () => {
  const { run } = await startApi(() =>
    platformError(
      403,
      'PERMISSION_DENIED',
      `Failed request to x. Error: User is missing USE CONNECTION on ${CONNECTION}`,
    ),
  );
  const { code, stderr, stdout } = await run(['GET', '/x']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/GRANT USE CONNECTION/);
});

test.each([
  ['a method that there is not', ['BREW', '/x'], 64],
  ['a path that leads upwards', ['GET', '/a/../b'], 64],
  ['one that does so in disguise', ['GET', '/a/%2E%2e/b'], 64],
  ['a path that is an address', ['GET', '//evil.example/x'], 64],
  ['a path without its slash', ['GET', 'x'], 64],
  ['a line break', ['GET', '/x\r\nX-Evil: 1'], 64],
  ['a header of the connection', ['GET', '/x', '--header', 'Authorization: Bearer mine'], 78],
  ['data that is no JSON', ['POST', '/x', '--data', '{oops'], 64],
  ['data from a file that there is not', ['POST', '/x', '--data', '@/nonexistent/file'], 64],
  ['a word too few', ['GET'], 64],
])('%s is refused before anything is sent (T177)', async (_, args, code) => {
  const { calls, run } = await startApi(() => raw('{}'));
  const ended = await run(args);
  expect(ended).toMatchObject({ code, stdout: '' });
  expect(ended.stderr).toMatch(/\S/);
  expect(calls).toEqual([]);
});

test('a call whose answer is lost is not sent again, and the person is told to look', async () => {
  const { calls, run } = await startApi(() => ({ cut: true }));
  const { code, stderr } = await run(['POST', '/x', '--data', '{}']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/OUTCOME UNKNOWN/);
  expect(calls).toHaveLength(1);
});

test('a body that is no text comes out byte for byte in a pipe, and in base64 in JSON', async () => {
  const bytes = Buffer.from([0, 1, 0xff, 0xfe, 0x1b, 0xc8]);
  const { run } = await startApi(() => raw(bytes, 200, { 'content-type': 'application/octet-stream' }));
  const { stdout } = await run(['GET', '/archive', '--json']);
  expect(Buffer.from(JSON.parse(stdout).bodyBase64, 'base64')).toEqual(bytes);
});

test('a request that may have run says so when its answer was lost, and one that only reads does not (T201)', async () => {
  const { run } = await startApi(() => CUT);
  const posted = await run(['POST', '/user/repos', '--data', '{}', '--json']);
  expect(posted.stderr).toMatch(/OUTCOME UNKNOWN/);
  expect(JSON.parse(posted.stdout)).toMatchObject({ error: { outcome: 'unknown' } });
  expect((await run(['GET', '/user'])).stderr).not.toMatch(/OUTCOME UNKNOWN/);
});

test('so does one that was not answered in time', async () => {
  const { run } = await startApi(silence);
  const { code, stderr } = await run(['POST', '/user/repos', '--data', '{}', '--request-timeout', '1']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/OUTCOME UNKNOWN.*No answer came within 1 s/);
});

test('what is too large for the route is not sent', async () => {
  const { calls, run } = await startApi(() => raw('{}'));
  const { code, stderr } = await run(['POST', '/blobs', '--data', '@-'], JSON.stringify('x'.repeat(4 * 1024 * 1024)));
  expect(code).toBe(1);
  expect(stderr).toMatch(/with its envelope; the route external-function takes 4194304/);
  expect(calls).toHaveLength(0);
});

test('an API that speaks of an error_code somewhere is not taken for the workspace', async () => {
  const body = '{"message":"Invalid scope, required scopes: repo","more":{"error_code":"X"}}';
  const { run } = await startApi(() => raw(body, 403));
  const { stdout } = await run(['GET', '/x', '--include']);
  expect(stdout).toMatch(/^HTTP 403\n/);
  expect(stdout).toContain(body);
});
