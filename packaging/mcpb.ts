/** The bundle for Claude Desktop, from dist, checked and packed by the official tool. */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { mcpbManifest } from './manifest.ts';

/** The package exports its library alone; its bin is where npm puts bins. */
const TOOL = join('node_modules', '@anthropic-ai', 'mcpb', 'dist', 'cli', 'cli.js');
const STAGE = join('node_modules', '.cache', 'uc-mcp-bridge', 'mcpb');

export const BUNDLE: string = `${manifest.name}-${manifest.version}.mcpb`;

/** @returns the SHA-256 of the bundle, in hexadecimal digits */
export function packBundle(bundle: string): string {
  rmSync(STAGE, { recursive: true, force: true });
  mkdirSync(join(STAGE, 'server'), { recursive: true });
  for (const name of readdirSync('dist')) cpSync(join('dist', name), join(STAGE, 'server', name));
  for (const name of ['LICENSE', 'README.md']) cpSync(name, join(STAGE, name));
  writeFileSync(join(STAGE, 'manifest.json'), `${JSON.stringify(mcpbManifest(), undefined, 2)}\n`);
  for (const args of [
    ['validate', join(STAGE, 'manifest.json')],
    ['pack', STAGE, bundle],
  ]) {
    execFileSync(process.execPath, [TOOL, ...args], { stdio: ['ignore', 2, 2] });
  }
  return createHash('sha256').update(readFileSync(bundle)).digest('hex');
}
