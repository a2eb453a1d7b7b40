import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problemOf, startSignIn } from '../../support/sign-in.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const HOST = 'https://x.example';

/** A program that prints a text for each run, and counts its runs. */
function command(script: string): { file: string; runs: () => number } {
  const folder = temporaryDirectory();
  const file = join(folder, 'token');
  const log = join(folder, 'runs');
  writeFileSync(log, '');
  writeFileSync(file, `#!/bin/sh\necho run >> ${log}\n${script}\n`);
  chmodSync(file, 0o755);
  return { file, runs: () => readFileSync(log, 'utf8').split('\n').length - 1 };
}

test('a text is the token, cached until the workspace refuses it (T238)', async () => {
  const { file, runs } = command('echo first-token-1');
  const { tokens } = startSignIn({ settings: { host: HOST, tokenCommand: file } });
  const first = await tokens.access();
  expect(first.token).toBe('first-token-1');
  await tokens.access();
  expect(runs()).toBe(1);
  await tokens.access(first);
  expect(runs()).toBe(2);
});

test('JSON with an expiry is run again shortly before it (T238)', async () => {
  const { file, runs } = command(`echo '{"access_token":"json-token-1","expires_in":600}'`);
  const { clock, tokens } = startSignIn({ settings: { host: HOST, tokenCommand: file } });
  expect((await tokens.access()).token).toBe('json-token-1');
  clock.advance(300_000);
  await tokens.access();
  expect(runs()).toBe(1);
  clock.advance(290_000);
  await tokens.access();
  expect(runs()).toBe(2);
});

test('arguments reach the program as they are: no shell reads them (T238)', async () => {
  const { file } = command('printf %s "$1 $2" | tr -dc "a-z;"');
  const { tokens } = startSignIn({ settings: { host: HOST, tokenCommand: `${file} $(touch "a; b"` } });
  expect((await tokens.access()).token).toBe('toucha;b');
});

test.each([
  ['fails', 'echo "no dapi0123456789abcdef" >&2; exit 3', /failed with exit code 3: no \[redacted\]/],
  ['prints something else', 'echo two words secret-canary', /printed neither one token nor JSON/],
  ['prints nothing', ':', /printed neither one token nor JSON/],
  ['prints JSON without a token', `echo '{"expiry":"2030-01-01"}'`, /printed neither one token nor JSON/],
])('a command that %s is an error that shows no secret (T238)', async (_, script, message) => {
  const { tokens } = startSignIn({ settings: { host: HOST, tokenCommand: command(script).file } });
  const problem = await problemOf(tokens.access());
  expect(problem.message).toMatch(message);
  expect(`${problem.message} ${problem.hint}`).not.toMatch(/canary|dapi/);
});

test('a program that is not there is named (T238)', async () => {
  const { tokens } = startSignIn({ settings: { host: HOST, tokenCommand: '/nonexistent/token' } });
  expect(await problemOf(tokens.access())).toMatchObject({ details: { misconfigured: true } });
});
