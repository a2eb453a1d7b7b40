import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runBin } from '../support/run-bin.ts';
import { temporaryDirectory } from '../support/temporary.ts';

test('the demo shows the main job and what stands around it, says that all of it worked, and leaves no file', async () => {
  const folder = temporaryDirectory();
  const { code, stderr, stdout } = await runBin({ args: ['demo'], env: { TMPDIR: folder }, timeoutMs: 28_000 });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const steps = [...stdout.matchAll(/^✓ (\S+)/gm)].map(([, name]) => name);
  expect(steps).toEqual([
    ...['sandbox', 'initialize', 'tools/list', 'get_me', 'list_issues', 'issue_write', 'list_issues', 'shutdown'],
    ...['--read-only', 'issue_write', 'list', 'doctor', 'report', 'login', 'whoami'],
  ]);
  expect(stdout).toMatch(/refused: The tool "issue_write" is excluded by --read-only/);
  expect(stdout).toMatch(/✓ report .* ms {3}a page with \d+ calls/);
  expect(stdout).toMatch(/✓ whoami .*octo@sandbox\.example, by external-browser/);
  expect(readdirSync(folder)).toEqual([]);
});
