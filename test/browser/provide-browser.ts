/**
 * Before the tests: a page is looked at in a real browser. Where there is none, a container in which root runs on Debian
 * can have one; everywhere else the tests that need it fail, and say so.
 */

import { spawnSync } from 'node:child_process';
import { parseCLI, type TestProject } from 'vitest/node';
import { findBrowser } from './find-browser.ts';

const HERE = import.meta.dirname.replaceAll('\\', '/');
const INSTALLING: readonly (readonly string[])[] = [
  ['update'],
  ['install', '-y', '--no-install-recommends', 'chromium'],
];

export async function setup(project: TestProject): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || findBrowser() !== undefined || !(await isNeeded(project))) return;
  process.stderr.write('There is no Chromium here: installing it with apt-get.\n');
  for (const words of INSTALLING) {
    const { status } = spawnSync('apt-get', words, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) return;
  }
}

/** Whether a test of the browser is among the files that run: named on the command line, or not left out there. */
async function isNeeded(project: TestProject): Promise<boolean> {
  const { filter } = parseCLI(['vitest', ...process.argv.slice(2)]);
  const { testFiles } = await project.globTestFiles(filter);
  return testFiles.some((file) => file.startsWith(HERE));
}
