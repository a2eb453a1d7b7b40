/** Node, and how a client would start the bridge here. */

import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type Finding, note, ok } from './finding.ts';

const OLDEST_MAJOR = 20;

export interface Machine {
  readonly version: string;
  /** Absolute paths of Node and of the bridge. */
  readonly node: string;
  readonly script: string;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

export function examineMachine({ home, node, platform, script, version }: Machine): Finding {
  const here = `Node ${version} at ${node}`;
  const data = { version, node, script };
  if (script.includes(`${sep}_npx${sep}`)) {
    return note(
      `${here}, by npx`,
      'Start-up by npx takes longer: uc-mcp-bridge install writes what does without.',
      data,
    );
  }
  if (platform === 'win32' && /\s/.test(node + script)) {
    const hint = 'Some clients break paths with blanks apart: let uc-mcp-bridge install write the entry.';
    return note(`${here}; a path has blanks`, hint, data);
  }
  const old = oldestOfNvm(home);
  if (old !== undefined && old.major < OLDEST_MAJOR) {
    const hint = `Desktop clients may pick it for "npx" or "node": name ${node} as the command, or remove it.`;
    return note(`${here}; nvm also has ${old.name}`, hint, { ...data, nvmOldest: old.name });
  }
  if (node.includes(join('.nvm', 'versions'))) {
    const hint = `An entry with this path ends when nvm removes ${version}: run uc-mcp-bridge install again then.`;
    return note(`${here}, of nvm`, hint, data);
  }
  return ok(here, data);
}

/** Claude Desktop lists every version of nvm in its PATH, the oldest first. (reported, 2026) */
function oldestOfNvm(home: string): { readonly name: string; readonly major: number } | undefined {
  let names: string[];
  try {
    names = readdirSync(join(home, '.nvm', 'versions', 'node'));
  } catch {
    return undefined;
  }
  const versions = names.flatMap((name) => {
    const major = Number(/^v(\d+)\./.exec(name)?.[1]);
    return Number.isNaN(major) ? [] : [{ name, major }];
  });
  return versions.sort((one, other) => one.major - other.major)[0];
}
