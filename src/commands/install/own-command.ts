import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ALL_OPTIONS } from '../../config/options.ts';
import { searchFolders } from '../../node/search-path.ts';
import type { Machine } from '../clients/machine.ts';

/** A client that runs gets a question only where it has to: one that opens a window answers at once. */
const LONGEST_MS = 30_000;
const LONGEST_OUTPUT_BYTES = 1_048_576;

/** Variables that no child is given. */
const SECRETS: ReadonlySet<string> = new Set(ALL_OPTIONS.filter(({ secret }) => secret).map(({ env }) => env));
const SECRET_NAME = /TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|CREDENTIAL/i;

/**
 * Finds a program on PATH, but not in a folder that a project can fill. On Windows only one that needs no shell: nothing
 * quotes JSON for it.
 */
export function programOnPath(name: string, machine: Machine): string | undefined {
  const file = machine.platform === 'win32' ? `${name}.exe` : name;
  return searchFolders(machine)
    .map((folder) => join(folder, file))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Runs a client's program, without a shell and with nothing to read. @returns whether it says that it has worked */
export function runProgram(file: string, args: readonly string[], machine: Machine): Promise<boolean> {
  const { env, home } = machine;
  const path = searchFolders(machine).join(delimiter);
  const kept = Object.entries(env)
    .filter(([name]) => !SECRETS.has(name) && !SECRET_NAME.test(name))
    // A script among the programs finds its interpreter by it.
    .map(([name, value]) => [name, name.toUpperCase() === 'PATH' ? path : value] as const);
  return new Promise((resolve) => {
    const child = execFile(
      file,
      [...args],
      {
        cwd: home,
        env: Object.fromEntries(kept),
        timeout: LONGEST_MS,
        maxBuffer: LONGEST_OUTPUT_BYTES,
        windowsHide: true,
      },
      (error) => resolve(error === null),
    );
    child.stdin?.end();
  });
}
