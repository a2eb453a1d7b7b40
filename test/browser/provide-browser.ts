/**
 * Before the tests: a page is looked at in a real browser. Where there is none, a container in which root runs on Debian
 * can have one; everywhere else the tests that need it fail, and say so.
 */

import { spawnSync } from 'node:child_process';
import { findBrowser } from './find-browser.ts';

const INSTALLING: readonly (readonly string[])[] = [
  ['update'],
  ['install', '-y', '--no-install-recommends', 'chromium'],
];

export function setup(): void {
  const isRoot = process.getuid?.() === 0;
  if (!isAskedFor() || findBrowser() !== undefined || !isRoot) return;
  process.stderr.write('There is no Chromium here: installing it with apt-get.\n');
  for (const words of INSTALLING) {
    const { status } = spawnSync('apt-get', words, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) return;
  }
}

/** Whoever runs a few files by name may not need it. */
function isAskedFor(): boolean {
  const filters = process.argv.slice(2).filter((word) => word !== 'run' && !word.startsWith('-'));
  return filters.length === 0 || filters.some((filter) => filter.includes('browser'));
}
