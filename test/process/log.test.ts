import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { raw, result } from '../support/canned.ts';
import { runBin } from '../support/run-bin.ts';
import { SESSION_ID, startScripted, TOKEN } from '../support/scripted.ts';
import { temporaryDirectory } from '../support/temporary.ts';

test('the log file is made for its owner alone and holds the lines of stderr, without a secret (T160, T194)', async () => {
  const file = join(temporaryDirectory(), 'bridge.log');
  const { bridge } = await startScripted(
    { 'tools/call': () => raw(`echo ${TOKEN}`, 400) },
    { args: ['--log-file', file] },
  );
  await bridge.initialize();
  await bridge.call(1, 'tools/call');
  await bridge.finish();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const text = readFileSync(file, 'utf8');
  expect(text).toBe(bridge.stderr);
  expect(text).toMatch(/a request failed/);
  for (const secret of [TOKEN, SESSION_ID]) expect(text).not.toContain(secret);
});

test('a log file that is there is continued', async () => {
  const file = join(temporaryDirectory(), 'bridge.log');
  writeFileSync(file, 'before\n', { mode: 0o600 });
  const { bridge } = await startScripted({}, { args: ['--log-file', file] });
  await bridge.finish();
  expect(readFileSync(file, 'utf8')).toBe(`before\n${bridge.stderr}`);
});

test('a log file that others could read is theirs no more (T194)', async () => {
  const file = join(temporaryDirectory(), 'bridge.log');
  writeFileSync(file, '');
  chmodSync(file, 0o644);
  const { bridge } = await startScripted({}, { args: ['--log-file', file] });
  await bridge.finish();
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a pipe in place of a log file is refused, and nobody waits for its reader (T194)', async () => {
  const pipe = join(temporaryDirectory(), 'pipe');
  execFileSync('sh', ['-c', 'exec mkfifo "$1"', 'sh', pipe]);
  const run = await runBin({ args: ['--connection', 'github', '--log-file', pipe] });
  expect(run).toMatchObject({ code: 78, signal: null });
  expect(run.stderr).toMatch(/cannot be opened for writing/);
});

test("another user's file in place of a log file is refused (T194)", async () => {
  const own = join(temporaryDirectory(), 'theirs');
  writeFileSync(own, '');
  // Who may give files away gives one away; who may not has none but the system's to try.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(own, 65_534, 65_534);
  const run = await runBin({ args: ['--connection', 'github', '--log-file', isRoot ? own : '/etc/passwd'] });
  expect(run).toMatchObject({ code: 78, signal: null });
  expect(run.stderr).toMatch(/cannot be opened for writing/);
});

test('a link in place of a log file is refused (T194, T243)', async () => {
  const directory = temporaryDirectory();
  const [target, link] = [join(directory, 'target'), join(directory, 'link')];
  symlinkSync(target, link);
  const run = await runBin({ args: ['--connection', 'github', '--log-file', link] });
  expect(run.code).toBe(78);
  expect(run.stderr).toMatch(/cannot be opened for writing \(ELOOP\)/);
  expect(existsSync(target)).toBe(false);
});

test('every line of stderr is JSON, and says neither headers nor bodies (T166)', async () => {
  const { bridge } = await startScripted({}, { args: ['--header', 'X-Marked: header-canary'] });
  await bridge.initialize();
  await bridge.call(1, 'tools/call', { name: 'name-canary', arguments: { s: 'argument-canary' } });
  bridge.send('{broken-canary');
  await bridge.finish();
  for (const line of bridge.stderr.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');
  expect(bridge.stderr).not.toMatch(/canary/);
});

test('what a server says is one escaped line in the log (T165)', async () => {
  const said = 'a\r\nb\u001b[2Jc\u009bd\u202ee\u2028f\0\u{e0041}g';
  const { bridge } = await startScripted({ 'tools/call': () => raw(said, 400) });
  await bridge.call(1, 'tools/call');
  await bridge.finish();
  const line = bridge.stderr.split('\n').find((text) => text.includes('a request failed'));
  expect(line).toMatch(/said: a b/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is looked at
  expect(bridge.stderr).not.toMatch(/[\0-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
});

test('a name that is a megabyte long makes a line of a kilobyte at most, which is still JSON (T165)', async () => {
  const { bridge } = await startScripted({ 'tools/call': () => raw(`${'é\u202e'.repeat(200_000)}`, 400) });
  bridge.send({ jsonrpc: '2.0', id: 'i'.repeat(1_000_000), method: 'm\u001b]8;;x\u0007'.repeat(100_000) });
  await bridge.call(1, 'tools/call', { name: 'n'.repeat(1_000_000) });
  await bridge.finish();
  const lines = bridge.stderr.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(4);
  for (const line of lines) {
    expect(Buffer.byteLength(line)).toBeLessThan(1024);
    expect(JSON.parse(line)).toHaveProperty('msg');
    expect(line).toMatch(/^[\x20-\x7e\u00a0-\u01ff…]*$/);
  }
});

test('at debug level each request is there with its method, id, sizes and time (T166)', async () => {
  const { bridge } = await startScripted({ 'tools/list': (call) => result(call, { tools: [] }) });
  await bridge.initialize();
  await bridge.call(7, 'tools/list');
  await bridge.finish();
  const lines = bridge.stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const request = { level: 20, method: 'tools/list', id: '7', chars: 46, answeredChars: 46, ms: expect.any(Number) };
  expect(lines).toContainEqual(expect.objectContaining({ ...request, msg: 'request' }));
  const notification = { level: 20, method: 'notifications/initialized', msg: 'notification' };
  expect(lines).toContainEqual(expect.objectContaining(notification));
});

test('messages are logged only where that is asked for, with a warning, and without a secret (T160, T166)', async () => {
  const { bridge } = await startScripted({}, { args: ['--log-bodies'] });
  await bridge.initialize();
  await bridge.call(1, 'tools/list', { s: `request-word ${TOKEN}` });
  await bridge.finish();
  expect(bridge.stderr).toMatch(/"level":40.*can read the log/);
  expect(bridge.stderr).toMatch(/"from":"client".*request-word \[redacted\]/);
  expect(bridge.stderr).toMatch(/"to":"client".*"id\\":1/);
});
