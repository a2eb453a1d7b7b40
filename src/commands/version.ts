/** `version --verbose`: what a bug report needs to name. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../version.ts';

/** Written by the build, beside the bundle. */
export interface BuildInfo {
  /** Of the source; "unknown" where the build ran outside of a clone. */
  readonly commit: string;
  readonly bundled: readonly { readonly name: string; readonly version: string; readonly license: string }[];
}

export function versions(): string {
  const { bundled, commit } = buildInfo();
  return [
    `uc-mcp-bridge ${VERSION}`,
    `commit ${commit}`,
    `node ${process.versions.node} (${process.platform} ${process.arch}, ${process.execPath})`,
    'bundled:',
    ...bundled.map(({ license, name, version }) => `  ${name} ${version} (${license})`),
    '',
  ].join('\n');
}

function buildInfo(): BuildInfo {
  return JSON.parse(readFileSync(join(__dirname, 'build.json'), 'utf8'));
}
