import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startBridge } from '../support/bridge.ts';
import { NAME_LISTENERS } from '../support/preload.ts';
import { startScripted, TOKEN } from '../support/scripted.ts';
import { temporaryDirectory } from '../support/temporary.ts';

test('SIGUSR1 opens no inspector, and ends nothing (T193)', async () => {
  const { bridge } = await startScripted();
  await bridge.initialize();
  bridge.child.kill('SIGUSR1');
  await bridge.call(1, 'tools/list');
  bridge.child.kill('SIGUSR1');
  await bridge.call(2, 'tools/list');
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  expect(bridge.stderr).not.toMatch(/debugger/i);
});

test('it listens on nothing, from its start to its end (T195)', async () => {
  const { bridge } = await startScripted({}, { nodeArgs: NAME_LISTENERS });
  await bridge.initialize();
  await bridge.call(1, 'tools/list');
  await bridge.finish();
  expect(bridge.stderr).not.toMatch(/listens on/);
});

test('the listeners of the embedded sandbox would be seen, and are on loopback (T195)', async () => {
  const bridge = startBridge({ args: ['--sandbox'], nodeArgs: NAME_LISTENERS });
  await bridge.initialize();
  await bridge.finish();
  expect(bridge.stderr.match(/listens on .*/g)).not.toHaveLength(0);
  for (const line of bridge.stderr.match(/listens on .*/g) ?? []) expect(line).toMatch(/127\.0\.0\.1/);
});

test('no secret is among the arguments, in the title, or in a report of Node’s (T162)', async () => {
  const directory = temporaryDirectory();
  const { bridge } = await startScripted(
    {},
    {
      nodeArgs: ['--report-on-signal', `--report-directory=${directory}`, '--report-filename=report.json'],
      env: { UC_MCP_HEADERS: 'X-Secret: header-canary-0123456789' },
    },
  );
  await bridge.initialize();
  const shown = execFileSync('ps', ['-o', 'args=', '-p', String(bridge.child.pid)], { encoding: 'utf8' });
  expect(shown).toContain('main.js');
  bridge.child.kill('SIGUSR2');
  await bridge.says(/Node\.js report completed/);
  const report = readFileSync(join(directory, 'report.json'), 'utf8');
  expect(JSON.parse(report)).toHaveProperty('environmentVariables');
  for (const secret of [TOKEN, 'header-canary-0123456789']) expect(shown + report).not.toContain(secret);
});
