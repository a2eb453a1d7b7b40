/**
 * `npm run release`: checks that everything agrees, then makes what a release attaches, in `release/`. It publishes nothing;
 * the workflow of the tag does. With `--dry-run` it writes nothing, and says what would be published.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { PACKAGE } from '../../src/config/help.ts';
import { mcpbManifest } from '../manifest.ts';
import { BUNDLE, packBundle } from '../mcpb.ts';
import { serverJson } from '../server-json.ts';
import { missingFor } from './checks.ts';
import { sbom } from './sbom.ts';

const FOLDER = 'release';
const { name, version } = manifest;
/** Undecided names are not in package.json yet. */
const owned: { readonly mcpName?: string; readonly repository?: string | { readonly url: string } } = manifest;
const repository = typeof owned.repository === 'object' ? owned.repository.url : owned.repository;
const isDryRun = process.argv.includes('--dry-run');

const missing = missingFor({
  name,
  version,
  mcpName: owned.mcpName,
  repository,
  changelog: textOf('CHANGELOG.md'),
  documents: Object.fromEntries(documents().map((file) => [file, textOf(file)])),
  examplePin: PACKAGE,
  serverJson: { committed: textOf('packaging/server.json'), made: json(serverJson()) },
  mcpbVersion: mcpbManifest()['version'],
  changes: git('status', '--porcelain'),
  foreignTag: isForeign(git('tag', '--list', `v${version}`).trim()),
});

if (missing.length > 0) {
  process.stdout.write(`${missing.join('\n')}\n`);
  process.exitCode = 1;
} else if (isDryRun) {
  process.stdout.write(wouldPublish());
} else {
  make();
}

function wouldPublish(): string {
  const [{ entryCount, filename, size, unpackedSize }] = JSON.parse(
    npm('pack', '--dry-run', '--json', '--ignore-scripts'),
  );
  return [
    `Would publish, from commit ${git('rev-parse', 'HEAD').trim()}:`,
    `  npm: ${name}@${version} (${filename}, ${size} bytes, ${unpackedSize} unpacked, ${entryCount} files), with provenance`,
    `  release v${version} of ${repository}: ${BUNDLE}, ${name}-${version}.cdx.json`,
    `  MCP registry: ${owned.mcpName} ${version} (server.json)`,
    '',
  ].join('\n');
}

function make(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  npm('pack', '--ignore-scripts', '--pack-destination', FOLDER);
  const sha256 = packBundle(join(FOLDER, BUNDLE));
  const url = `${webAddress(repository ?? '')}/releases/download/v${version}/${BUNDLE}`;
  writeFileSync(
    join(FOLDER, `${name}-${version}.cdx.json`),
    json(sbom(manifest, JSON.parse(textOf('dist/build.json')))),
  );
  writeFileSync(join(FOLDER, 'server.json'), json(serverJson({ url, sha256 })));
  process.stdout.write(
    `${readdirSync(FOLDER)
      .sort()
      .map((file) => join(FOLDER, file))
      .join('\n')}\n`,
  );
}

/** Of a repository as npm writes it: `git+https://github.com/OWNER/NAME.git`. */
function webAddress(url: string): string {
  return url.replace(/^git\+/, '').replace(/\.git$/, '');
}

function documents(): readonly string[] {
  const docs = readdirSync('docs')
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`);
  return ['README.md', 'claude_desktop_config.example.json', ...docs];
}

function isForeign(tag: string): boolean {
  return tag !== '' && git('rev-parse', `${tag}^{commit}`) !== git('rev-parse', 'HEAD');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' });
}

function npm(...args: readonly string[]): string {
  return execFileSync('npm', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
}
