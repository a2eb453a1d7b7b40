/** The floor of the bench beside the bridge: what a bridge on Node takes at the least, on this machine and at this moment. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { temporaryDirectory } from './temporary.ts';

const SOURCE = fileURLToPath(new URL('../bench/floor.ts', import.meta.url));
const BIN_LINE = '#!/usr/bin/env node';

/** A folder that npm can pack; its bin is called as ours. */
export interface Floor {
  readonly folder: string;
  readonly script: string;
}

/** Bundles it as the bench does: what a file costs to load is a part of what is compared. */
export async function bundledFloor(): Promise<Floor> {
  const folder = temporaryDirectory();
  const script = join(folder, 'floor.cjs');
  const output = { file: script, format: 'cjs', minify: true, banner: BIN_LINE } as const;
  await build({ input: SOURCE, platform: 'node', logLevel: 'silent', output });
  const manifest = { name: 'floor', version: '1.0.0', bin: { 'uc-mcp-bridge': 'floor.cjs' } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  return { folder, script };
}

/** The value in the middle: what other work on the machine does to a few of them is left out. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
