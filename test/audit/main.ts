/**
 * `npm run audit`: whether a vulnerability is known in what is bundled. Ends with 1 when one is, and, with
 * `--required`, when the registry cannot say.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { bundledPackages } from './bundled.ts';
import { FLOORS, isOlder } from './floors.ts';
import { verdictOf } from './verdict.ts';

const TIMEOUT_MS = 60_000;

const bundled = bundledPackages(readFileSync('dist/LICENSES.txt', 'utf8'));
const lockfile = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const { stdout } = spawnSync('npm', ['audit', '--json', '--fetch-retries=1'], {
  encoding: 'utf8',
  timeout: TIMEOUT_MS,
  shell: process.platform === 'win32',
});
const verdict = verdictOf(stdout, bundled, lockfile);
const old = FLOORS.filter(({ name, version }) =>
  bundled.some((one) => one.name === name && isOlder(one.version, version)),
);

const out = [`${bundled.length} packages are bundled`];
for (const { because, name, version } of old) out.push(`${name} is older than ${version}: ${because}`);
if (verdict.is === 'checked') {
  for (const { name, severity, title, url, version } of verdict.findings) {
    out.push(`${name} ${version}: ${severity}: ${title} ${url}`);
  }
  out.push(`checked by the registry: ${verdict.findings.length} vulnerabilities are known in them`);
} else {
  out.push(`NOT CHECKED by the registry, which has answered no audit: ${verdict.because}`);
}
out.push(`checked by the list of oldest sound versions: ${old.length} are older`);
process.stdout.write(`${out.join('\n')}\n`);
const unsaid = verdict.is === 'not-checked' && process.argv.includes('--required');
const found = old.length + (verdict.is === 'checked' ? verdict.findings.length : 0);
process.exitCode = found > 0 || unsaid ? 1 : 0;
