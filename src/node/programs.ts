/** Other programs: found without the working directory, run without a shell, without our stdin and without our secrets. */

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, parse } from 'node:path';
import type { Readable } from 'node:stream';
import type { Program, ProgramEnd, Programs } from '../ports.ts';
import { memo } from './memo.ts';
import { type SearchOptions, searchFolders } from './search-path.ts';

/** Most that is held of what a program writes, in bytes. The rest is read, so that it does not stall, and dropped. */
const HELD_BYTES = 256 * 1024;
/** What is still in the pipes of a program that has ended is there by then, even if a child of it holds them open. */
const LAST_WORDS_MS = 2_000;
/** Desktop clients are started with a short PATH, in which the places of installers and Homebrew are missing. */
const USUAL_FOLDERS = ['/usr/local/bin', '/opt/homebrew/bin'];
const IS_WINDOWS = process.platform === 'win32';

export interface ProgramsOptions extends SearchOptions {
  /** Whether the value of a variable is, or holds, something that no other program is to see. */
  readonly isSecret: (name: string, value: string) => boolean;
}

export function openPrograms({ env, isSecret, ...places }: ProgramsOptions): Programs {
  /** Looked for when a program is wanted, which most ways of signing in do not. */
  const folders = memo(() => searchFolders({ env, ...places }, IS_WINDOWS ? [] : USUAL_FOLDERS));
  return {
    find: (name) => (isAbsolute(name) ? runnable(name) : foundIn(folders(), name)),
    start: (file, args, variables) =>
      start(
        file,
        args,
        environmentFor(
          { file, args, limitMs: 0, ...(variables && { variables }) },
          { env, isSecret, folders: folders() },
        ),
      ),
    run: (program, signal) => run(program, environmentFor(program, { env, isSecret, folders: folders() }), signal),
  };
}

function foundIn(folders: readonly string[], name: string): string | undefined {
  // Whatever has a folder in it would be looked up from the working directory.
  if (!/^[\w.-]+$/.test(name)) return undefined;
  for (const folder of folders) {
    const file = runnable(join(folder, IS_WINDOWS && !/\.exe$/i.test(name) ? `${name}.exe` : name));
    if (file !== undefined) return file;
  }
  return undefined;
}

/** Windows runs anything but an .exe through a shell, which reads arguments as commands. [T182] */
function runnable(file: string): string | undefined {
  if (IS_WINDOWS && !/\.exe$/i.test(file)) return undefined;
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

function environmentFor(
  { variables = {} }: Program,
  { env, folders, isSecret }: Pick<ProgramsOptions, 'env' | 'isSecret'> & { readonly folders: readonly string[] },
): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...env, ...variables })) {
    if (value === undefined || isSecret(name, value)) continue;
    own[name] = name.toUpperCase() === 'PATH' ? folders.join(delimiter) : value;
  }
  return own;
}

/** An opener that fails does so at once; one that becomes the browser goes on. */
const FAILS_WITHIN_MS = 1_000;

async function start(file: string, args: readonly string[], env: Record<string, string>): Promise<boolean> {
  const { spawn } = await import('node:child_process');
  return new Promise((resolve) => {
    const cwd = parse(process.execPath).root;
    const child = spawn(file, args, { env, cwd, stdio: 'ignore', detached: true, windowsHide: true });
    const timer = setTimeout(() => resolve(true), FAILS_WITHIN_MS);
    const end = (isGood: boolean) => {
      clearTimeout(timer);
      resolve(isGood);
    };
    child.once('error', () => end(false));
    child.once('exit', (code) => end(code === 0));
    child.unref();
  });
}

async function run(
  { args, file, limitMs }: Program,
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<ProgramEnd> {
  // Most ways of signing in run no program.
  const { spawn } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const child = spawn(file, args, {
      env,
      // A program that looks for its configuration where it stands must not find what somebody has put beside us.
      cwd: parse(process.execPath).root,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that what it has started ends with it.
      detached: !IS_WINDOWS,
      windowsHide: true,
    });
    const stdout = new Held(child.stdout);
    const stderr = new Held(child.stderr);
    let timedOut = false;
    const kill = () => {
      try {
        if (IS_WINDOWS || child.pid === undefined) child.kill('SIGKILL');
        else process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended in this very moment.
      }
    };
    const limit = setTimeout(() => {
      timedOut = true;
      kill();
    }, limitMs);
    let lastWords: NodeJS.Timeout | undefined;
    signal.addEventListener('abort', kill, { once: true });
    const release = () => {
      clearTimeout(limit);
      clearTimeout(lastWords);
      signal.removeEventListener('abort', kill);
      child.stdout.destroy();
      child.stderr.destroy();
    };

    child.once('error', (error) => {
      release();
      reject(error);
    });
    child.once('exit', () => {
      lastWords = setTimeout(() => {
        kill();
        child.stdout.destroy();
        child.stderr.destroy();
      }, LAST_WORDS_MS);
    });
    child.once('close', (code) => {
      release();
      if (signal.aborted) reject(signal.reason);
      else {
        resolve({
          exitCode: code ?? undefined,
          stdout: stdout.isCut ? undefined : stdout.text,
          stderr: stderr.text,
          timedOut,
        });
      }
    });
  });
}

/** The beginning of what a stream brings. */
class Held {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  isCut = false;

  constructor(stream: Readable) {
    stream.on('data', (chunk: Buffer) => {
      const room = HELD_BYTES - this.#bytes;
      this.isCut ||= chunk.length > room;
      if (room <= 0) return;
      this.#chunks.push(chunk.subarray(0, room));
      this.#bytes += Math.min(chunk.length, room);
    });
    // What a program that was killed leaves behind is no news.
    stream.on('error', () => {});
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
