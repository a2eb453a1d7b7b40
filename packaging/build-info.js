import { execFileSync } from 'node:child_process';

/**
 * The licenses of bundled packages as JSON, with the commit of the source. Holds nothing of the machine or the time, so
 * that two builds of one commit are the same.
 *
 * @param {readonly { name?: string | null, version?: string | null, license?: string | null }[]} dependencies
 */
export function buildInfo(dependencies) {
  const bundled = dependencies
    .map(({ license, name, version }) => ({ name, version, license }))
    .sort((one, other) => (`${one.name}` < `${other.name}` ? -1 : 1));
  return `${JSON.stringify({ commit: commit(), bundled }, undefined, 1)}\n`;
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}
