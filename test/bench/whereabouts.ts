/** When and on what it was measured, in a sentence: without it a figure says nothing. */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { PEERS } from './targets.ts';

/** @param node - path of the Node that ran the targets */
export async function whereabouts(node: string): Promise<string> {
  const { stdout } = await promisify(execFile)(node, ['--version']);
  const { version } = JSON.parse(await readFile('package.json', 'utf8'));
  const date = new Date().toISOString().slice(0, 10);
  const processor = cpus()[0]?.model.trim() ?? process.arch;
  const machine = `${availableParallelism()} cores of ${processor}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform}`;
  const peers = Object.entries(PEERS).map(([name, peer]) => `${name} ${peer}`);
  return `Measured on ${date}, on ${machine}: Node ${stdout.trim().slice(1)}, uc-mcp-bridge ${version}, ${peers.join(', ')}.`;
}
