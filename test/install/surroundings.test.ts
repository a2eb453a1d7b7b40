import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN } from '../support/bridge.ts';
import { NO_HOME } from '../support/preload.ts';
import { temporaryDirectory } from '../support/temporary.ts';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program from a shell whose working directory is deleted if `isDeleted`. */
function runIn(folder: string, isDeleted: boolean, nodeArgs: readonly string[], args: readonly string[], env = {}) {
  const script = isDeleted ? 'mkdir gone && cd gone && rmdir ../gone && exec "$@"' : 'exec "$@"';
  const words = ['-c', script, 'sh', process.execPath, ...nodeArgs, BIN, ...args];
  const options = { cwd: folder, env: { PATH: process.env['PATH'], ...env }, timeout: 20_000 };
  return new Promise<Ended>((resolve) => {
    const child = execFile('sh', words, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
    child.stdin?.end();
  });
}

const COMMANDS = [
  ['install', '--client', 'cursor', '--dry-run', '--sandbox'],
  ['uninstall', '--dry-run'],
  ['update', '--dry-run'],
];
const OTHERS = [
  ['whoami', '--sandbox'],
  ['list', '--sandbox'],
  ['doctor', '--sandbox'],
  ['call', 'get_me', '--sandbox'],
];

describe('without a home folder (T207)', () => {
  it.each(COMMANDS)('%s names what is missing', async (...args) => {
    const { code, stderr } = await runIn(temporaryDirectory(), false, NO_HOME, args);
    expect(code).toBe(78);
    expect(stderr).toMatch(/The home folder is unknown, so the files of clients cannot be found\. Set HOME to it\./);
    expect(stderr).not.toMatch(/\bat .*main\.js/);
  });

  it.each(['', 'relative'])('install does not take HOME="%s" for one', async (HOME) => {
    const folder = temporaryDirectory();
    mkdirSync(join(folder, 'relative/.cursor'), { recursive: true });
    const args = ['install', '--client', 'cursor', '--yes', '--sandbox'];
    expect(await runIn(folder, false, [], args, { HOME })).toMatchObject({ code: 78 });
  });

  it.each(OTHERS)('%s works', async (...args) => {
    const { code, stderr } = await runIn(temporaryDirectory(), false, NO_HOME, args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('in a working directory that was deleted (T207)', () => {
  it.each(COMMANDS)('%s works for the user, and refuses a project', async (...args) => {
    const folder = temporaryDirectory();
    const env = { HOME: folder };
    const user = await runIn(folder, true, [], [...args, '--scope', 'user'], env);
    expect({ code: user.code, stderr: user.stderr }).toEqual({ code: 0, stderr: '' });
    const project = await runIn(folder, true, [], [...args, '--scope', 'project'], env);
    expect(project.code).toBe(78);
    expect(project.stderr).toMatch(/The working directory was deleted\. Change to another one, or give --scope user\./);
  });

  it.each(OTHERS)('%s works', async (...args) => {
    const folder = temporaryDirectory();
    const { code, stderr } = await runIn(folder, true, [], args, { HOME: folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('report names a file that is missing', async () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'x.jsonl'), '');
    const { code, stderr } = await runIn(folder, true, [], ['report', 'x.jsonl'], { HOME: folder });
    expect(code).toBe(78);
    expect(stderr).toContain('x.jsonl');
  });
});
