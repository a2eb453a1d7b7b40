/**
 * The tokens of browser sign-ins: one file for each host, client and set of scopes, for its owner alone. A broken file
 * counts as none; a file or folder that is not the user's own is refused.
 */

import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, type FileHandle, lstat, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { Problem } from '../../../protocol/problem.ts';

export interface StoredTokens {
  /** Secret. */
  readonly accessToken: string;
  /** Secret; undefined after the workspace has refused it. */
  readonly refreshToken: string | undefined;
  /** Milliseconds since 1970, by the clock of this machine. */
  readonly obtainedAt: number;
  readonly lifetimeMs: number;
}

/** A sign-in that a bridge has started, for the other bridges that wait for it. */
export interface Attempt {
  readonly startedAt: number;
  /** The authorize address, once the listener is ready. Not secret. */
  readonly address?: string | undefined;
  /** A sentence, if it has ended without a token. */
  readonly failure?: string | undefined;
}

/** The workspace, client and scopes that a token belongs to. */
export interface TokenOwner {
  readonly origin: string;
  readonly clientId: string;
  /** Separated by single blanks. */
  readonly scopes: string;
}

const LIMIT_BYTES = 256 * 1024;
/** After which a temporary file that holds no token counts as left behind. */
const LEFT_MS = 600_000;

export class TokenFile {
  readonly folder: string;
  readonly #name: string;

  constructor(folder: string, { clientId, origin, scopes }: TokenOwner) {
    const sorted = scopes.split(' ').sort().join(' ');
    const hash = createHash('sha256')
      .update(JSON.stringify([origin, clientId, sorted]))
      .digest('hex')
      .slice(0, 16);
    this.folder = folder;
    this.#name = `${new URL(origin).hostname.replace(/[^\w.-]/g, '_')}-${hash}`;
  }

  get path(): string {
    return join(this.folder, `${this.#name}.json`);
  }

  get lock(): string {
    return join(this.folder, `${this.#name}.lock`);
  }

  get #attempt(): string {
    return join(this.folder, `${this.#name}.attempt`);
  }

  /** @throws Problem if the file is a link or belongs to another user */
  async read(): Promise<StoredTokens | undefined> {
    const found = await readObject(this.path);
    const { access_token: accessToken, expires_in: seconds, obtained_at: obtainedAt, refresh_token: refresh } = found;
    if (typeof accessToken !== 'string' || typeof seconds !== 'number' || typeof obtainedAt !== 'number') {
      return undefined;
    }
    const refreshToken = typeof refresh === 'string' ? refresh : undefined;
    return { accessToken, refreshToken, obtainedAt, lifetimeMs: seconds * 1000 };
  }

  /** Only for the holder of the lock. */
  async write({ accessToken, lifetimeMs, obtainedAt, refreshToken }: StoredTokens): Promise<void> {
    await ensureFolder(this.folder);
    await this.#removeLeftovers();
    await replace(this.path, {
      version: 1,
      access_token: accessToken,
      refresh_token: refreshToken,
      obtained_at: obtainedAt,
      expires_in: lifetimeMs / 1000,
    });
  }

  /** Only for the holder of the lock. @returns whether there was one */
  async remove(): Promise<boolean> {
    await this.removeAttempt();
    await this.#removeLeftovers();
    return unlink(this.path).then(
      () => true,
      () => false,
    );
  }

  async readAttempt(): Promise<Attempt | undefined> {
    const { address, failure, startedAt } = await readObject(this.#attempt);
    if (typeof startedAt !== 'number') return undefined;
    const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
    return { startedAt, address: text(address), failure: text(failure) };
  }

  async removeAttempt(): Promise<void> {
    await unlink(this.#attempt).catch(() => {});
  }

  async writeAttempt(attempt: Attempt): Promise<void> {
    await ensureFolder(this.folder);
    await replace(this.#attempt, attempt);
  }

  /**
   * A process that was killed may have left temporary files. Those of the token file hold tokens, and none is in use while
   * the lock is held; the others may be in use for a moment.
   */
  async #removeLeftovers(): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    for (const name of names.filter((candidate) => candidate.startsWith(`${this.#name}.`))) {
      const kind = /\.(json|attempt|lock)\.[^.]+\.[^.]+$/.exec(name)?.[1];
      const file = join(this.folder, name);
      if (kind === 'json' || (kind !== undefined && (await ageMs(file)) > LEFT_MS)) await unlink(file).catch(() => {});
    }
  }
}

/** @returns undefined if the user has no folder for state */
export function stateFolder(variable: (name: string) => string | undefined): string | undefined {
  const home = variable('HOME') || orUndefined(homedir);
  const given = { linux: 'XDG_STATE_HOME', win32: 'LOCALAPPDATA' }[process.platform as string];
  const base = given && variable(given);
  if (base && isAbsolute(base)) return join(base, 'uc-mcp-bridge');
  if (!home || !isAbsolute(home)) return undefined;
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', 'uc-mcp-bridge');
  const parts = process.platform === 'win32' ? ['AppData', 'Local'] : ['.local', 'state'];
  return join(home, ...parts, 'uc-mcp-bridge');
}

/** Removes the token files of every host. @returns their number */
export async function removeAll(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => /\.(?:json|attempt|lock)(?:$|\.)/.test(name));
  await Promise.all(files.map((name) => unlink(join(folder, name)).catch(() => {})));
  return files.filter((name) => name.endsWith('.json')).length;
}

/** True if the folder takes files, or can be made: not so on a read-only disk. Makes nothing. */
export async function canStore(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      await access(at, constants.W_OK);
      return (await stat(at)).isDirectory();
    } catch (error) {
      // What is missing can be made in the folder above.
      if (codeOf(error) !== 'ENOENT' || dirname(at) === at) return false;
    }
  }
}

/** Makes the folder, for the user alone. @throws Problem if it is a link, another user's, or open to others */
export async function ensureFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw refused(folder, `cannot be made (${codeOf(cause)})`, cause);
  }
  const stats = await lstat(folder);
  if (!stats.isDirectory()) throw refused(folder, 'is not a directory');
  if (process.platform === 'win32') return;
  if (stats.uid !== process.getuid?.()) throw refused(folder, 'belongs to another user');
  if ((stats.mode & 0o077) !== 0) throw refused(folder, 'can be read by other users (its mode must be 0700)');
}

async function readObject(file: string): Promise<Readonly<Record<string, unknown>>> {
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') return {};
    throw refused(file, codeOf(cause) === 'ELOOP' ? 'is a symbolic link' : `cannot be read (${codeOf(cause)})`, cause);
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw refused(file, 'is not a regular file');
    if (process.platform !== 'win32' && stats.uid !== process.getuid?.())
      throw refused(file, 'belongs to another user');
    if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) throw refused(file, 'can be read by other users');
    if (stats.size > LIMIT_BYTES) return {};
    const json: unknown = JSON.parse(await handle.readFile('utf8'));
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  } catch (error) {
    // A broken file means that the user signs in again, which replaces it.
    if (error instanceof SyntaxError) return {};
    throw error;
  } finally {
    await handle.close();
  }
}

/** Writes a new file and renames it, so that a reader sees the old content or the new. */
async function replace(file: string, content: object): Promise<void> {
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(JSON.stringify(content));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (cause) {
    await unlink(temporary).catch(() => {});
    throw refused(file, `cannot be written (${codeOf(cause)})`, cause);
  }
}

async function ageMs(file: string): Promise<number> {
  const stats = await lstat(file).catch(() => undefined);
  return stats === undefined ? 0 : Date.now() - stats.mtimeMs;
}

function refused(path: string, reason: string, cause?: unknown): Problem {
  return new Problem(
    'auth',
    `The token store ${path} ${reason}.`,
    { hint: 'Make it yours alone, or remove it; then sign in again.', misconfigured: true },
    cause,
  );
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function orUndefined(find: () => string): string | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}
