/** `npm run test:node -- VERSION [vitest arguments]`: the suite, and every program that it starts, on another Node. */

import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { installNode } from './install-node.ts';

const [, , version = '', ...rest] = process.argv;
if (!/^\d+(?:\.\d+){0,2}$/.test(version)) {
  process.stderr.write('Name a version of Node: npm run test:node -- 26 [vitest arguments].\n');
  process.exitCode = 64;
} else {
  const node = installNode(version);
  const PATH = `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`;
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const { status } = spawnSync(node, [vitest, 'run', ...rest], { stdio: 'inherit', env: { ...process.env, PATH } });
  process.exitCode = status ?? 70;
}
