import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { ALL_OPTIONS } from '../../config/options.ts';
import type { Machine } from '../clients/machine.ts';

/** A client that runs gets a question only where it has to: one that opens a window answers at once. */
const LONGEST_MS = 30_000;
const LONGEST_OUTPUT_BYTES = 1_048_576;

/** Variables that no child is given. */
const SECRETS: ReadonlySet<string> = new Set(ALL_OPTIONS.filter(({ secret }) => secret).map(({ env }) => env));
const SECRET_NAME = /TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|CREDENTIAL/i;

/**
 * The program of that name on PATH. Folders that are not absolute are passed over, since anybody could have put a program
 * into the folder in which a person happens to be. On Windows only one that needs no shell: nothing quotes JSON for it.
 */
export function programOnPath(name: string, { env, platform }: Machine): string | undefined {
  const path = env['PATH'] ?? env['Path'] ?? '';
  const isWindows = platform === 'win32';
  for (const folder of path.split(isWindows ? ';' : ':')) {
    if (!isAbsolute(folder)) continue;
    const file = join(folder, isWindows ? `${name}.exe` : name);
    if (isExecutable(file)) return file;
  }
  return undefined;
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
export function runProgram(file: string, args: readonly string[], { env, home }: Machine): Promise<boolean> {
  const kept = Object.entries(env).filter(([name]) => !SECRETS.has(name) && !SECRET_NAME.test(name));
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
