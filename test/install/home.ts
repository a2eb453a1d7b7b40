/** A home of its own, in which the built program installs and uninstalls. Nothing of the real one is seen. */

import { execFile } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BIN } from '../support/bridge.ts';
import { temporaryDirectory } from '../support/temporary.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Home {
  readonly folder: string;
  /** @param mode - octal */
  write(file: string, text: string, mode?: number): void;
  read(file: string): string;
  /** Every file with its bytes, as latin1 text. */
  files(): Readonly<Record<string, string>>;
  run(args: readonly string[], more?: RunOptions): Promise<Ran>;
  /** Puts a program on the PATH of the home. */
  program(name: string, script: string): void;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Within the home. */
  readonly cwd?: string;
  /** @defaultValue the built one */
  readonly script?: string;
  /** True if install checks what it writes, for which there has to be a workspace. @defaultValue false */
  readonly verifies?: boolean;
}

/** @param name - of its folder, such as one with a blank */
export function home(name = 'home'): Home {
  const folder = join(temporaryDirectory(), name);
  const at = (file: string) => join(folder, file);
  mkdirSync(at('tmp'), { recursive: true });
  const environment = {
    HOME: folder,
    USERPROFILE: folder,
    APPDATA: at('AppData/Roaming'),
    LOCALAPPDATA: at('AppData/Local'),
    XDG_CONFIG_HOME: at('.config'),
    XDG_DATA_HOME: at('.local/share'),
    // In the real one, what is tested may lie, and would not count as kept.
    TMPDIR: at('tmp'),
    PATH: at('bin'),
  };
  return {
    folder,
    write: (file, text, mode) => {
      mkdirSync(dirname(at(file)), { recursive: true });
      writeFileSync(at(file), text);
      if (mode !== undefined) chmodSync(at(file), mode);
    },
    read: (file) => readFileSync(at(file), 'utf8'),
    files: () =>
      Object.fromEntries(
        readdirSync(folder, { recursive: true, encoding: 'utf8' })
          .filter((file) => lstatSync(at(file)).isFile())
          .sort()
          .map((file) => [file, readFileSync(at(file), 'latin1')]),
      ),
    run: (args, { cwd = '', env = {}, script = BIN, verifies = false } = {}) =>
      new Promise((resolve) => {
        const options = { cwd: at(cwd), env: { ...environment, ...env }, timeout: 20_000 };
        const unverified = args[0] === 'install' && !verifies ? ['--no-verify'] : [];
        const child = execFile(process.execPath, [script, ...args, ...unverified], options, (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
        });
        child.stdin?.end();
      }),
    program: (name, script) => {
      mkdirSync(at('bin'), { recursive: true });
      writeFileSync(at(`bin/${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    },
  };
}
