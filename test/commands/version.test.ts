import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { BIN } from '../support/bridge.ts';

const run = (...args: string[]) => promisify(execFile)(process.execPath, [BIN, ...args]);

it.each([[['version']], [['--version']], [['-v']]])('%j prints the version alone', async (args) => {
  await expect(run(...args)).resolves.toEqual({ stdout: `${manifest.version}\n`, stderr: '' });
});

it.each([[['version', '--verbose']], [['--version', '--verbose']], [['--verbose', '-v']]])(
  '%j prints Node, the commit, and each bundled package with its version and license',
  async (args) => {
    const { stderr, stdout } = await run(...args);
    const { packages } = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
    expect(stdout).toMatch(
      new RegExp(`^uc-mcp-bridge ${manifest.version}\ncommit (?:[0-9a-f]{40}|unknown)\nnode ${process.versions.node} `),
    );
    expect(stdout).toContain(`\n  undici ${packages['node_modules/undici'].version} (MIT)\n`);
    expect(stdout).toContain(`\n  pino ${packages['node_modules/pino'].version} (MIT)\n`);
    expect(stderr).toBe('');
  },
);
