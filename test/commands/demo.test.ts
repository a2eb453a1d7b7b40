import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runBin } from '../support/run-bin.ts';

test('the demo shows the main job and what stands around it, and says that all of it worked', async () => {
  const { code, stderr, stdout } = await runBin({ args: ['demo'], env: { TMPDIR: tmpdir() }, timeoutMs: 28_000 });
  const [, report = ''] = /✓ report .* ms {3}(.+\.html): \d+ calls/.exec(stdout) ?? [];
  onTestFinished(() => {
    // Only a folder of the demo's own is taken away.
    if (report.startsWith(resolve(tmpdir(), 'uc-mcp-bridge-demo-'))) rmSync(dirname(report), { recursive: true });
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const steps = [...stdout.matchAll(/^✓ (\S+)/gm)].map(([, name]) => name);
  expect(steps).toEqual([
    ...['sandbox', 'initialize', 'tools/list', 'get_me', 'list_issues', 'issue_write', 'list_issues', 'shutdown'],
    ...['--read-only', 'issue_write', 'list', 'doctor', 'report'],
  ]);
  expect(stdout).toMatch(/refused: The tool "issue_write" is excluded by --read-only/);
  expect(existsSync(report)).toBe(true);
  expect(readFileSync(report, 'utf8')).toMatch(/^<!doctype html>/i);
});
