import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdir, open, readFile, realpath, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file that a person and a client write too. */
export interface TextFile {
  /** The name under which it was looked for. */
  readonly name: string;
  /** What is written: the end of the links, where the name is one. */
  readonly target: string;
  /** Undefined where there is no file. Without its byte order mark. */
  readonly text: string | undefined;
  readonly hasMark: boolean;
  readonly mode: number | undefined;
}

const MARK = '\ufeff';
const LIMIT_BYTES = 16 * 1024 * 1024;

/** The file cannot be read; the message is a sentence about it, without its name. */
export class Unreadable extends Error {}

/** @throws Unreadable */
export async function readTextFile(name: string): Promise<TextFile> {
  const target = await targetOf(name);
  try {
    const { isFile, mode, size } = await stat(target).then((stats) => ({
      isFile: stats.isFile(),
      mode: stats.mode & 0o7777,
      size: stats.size,
    }));
    if (!isFile) throw new Unreadable('is no regular file');
    if (size > LIMIT_BYTES) throw new Unreadable(`has ${size} bytes, which no configuration has`);
    const decoded = decode(await readFile(target));
    const hasMark = decoded.startsWith(MARK);
    return { name, target, text: hasMark ? decoded.slice(MARK.length) : decoded, hasMark, mode };
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    const code = codeOf(error);
    if (code === 'ENOENT') return { name, target, text: undefined, hasMark: false, mode: undefined };
    throw new Unreadable(`cannot be read (${code})`);
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Unreadable('is not UTF-8 text');
  }
}

/** A link is followed even where its target is yet to be made. */
async function targetOf(name: string): Promise<string> {
  try {
    return await realpath(name);
  } catch {
    const { readlink } = await import('node:fs/promises');
    const { resolve } = await import('node:path');
    const link = await readlink(name).catch(() => undefined);
    return link === undefined ? name : resolve(dirname(name), link);
  }
}

/**
 * Writes a file that is whole at every moment: a new one beside it takes its place. Mode and byte order mark stay.
 *
 * @param privateMode - for a file that is new: whether only its owner may read it
 */
export async function writeTextFile(file: TextFile, text: string, privateMode: boolean): Promise<void> {
  await mkdir(dirname(file.target), { recursive: true });
  const half = join(dirname(file.target), `.uc-mcp-bridge-${randomBytes(6).toString('hex')}`);
  try {
    const handle = await open(half, 'wx', privateMode || file.mode !== undefined ? 0o600 : 0o666);
    try {
      await handle.writeFile(`${file.hasMark ? MARK : ''}${text}`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (file.mode !== undefined) await chmod(half, file.mode);
    await rename(half, file.target);
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}

/** Where the file as it was before a server of that name came in is kept: beside it. */
export function backupOf(file: TextFile, server: string): string {
  return `${file.target}.before-${server}.uc-mcp-bridge.bak`;
}

export async function backUp(file: TextFile, server: string): Promise<string | undefined> {
  const backup = backupOf(file, server);
  if (file.text === undefined) {
    // One from long ago would be taken for the state before.
    await rm(backup, { force: true });
    return undefined;
  }
  await copyFile(file.target, backup);
  if (file.mode !== undefined) await chmod(backup, file.mode);
  return backup;
}

/** Removes the file, and the folders around it that are empty now, up to the given ones. */
export async function removeFile(file: TextFile, keep: readonly string[]): Promise<void> {
  await rm(file.target);
  for (let folder = dirname(file.target); !keep.includes(folder); folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch {
      return;
    }
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
