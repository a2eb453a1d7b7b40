import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readFile, readlink, realpath, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';

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

/** Links that lead to further links, of which a loop has no end. */
const MOST_LINKS = 40;

/** The file cannot be read; the message is a sentence about it, without its name. */
export class Unreadable extends Error {}

/** The file may be sound, but is not read. */
export class TooLarge extends Unreadable {}

/** @throws Unreadable */
export async function readTextFile(name: string): Promise<TextFile> {
  const target = await targetOf(name);
  try {
    const { isFile, mode, size } = await stat(target).then((stats) => ({
      isFile: stats.isFile(),
      mode: stats.mode & 0o7777,
      size: stats.size,
    }));
    if (!isFile) throw new Unreadable('is not a regular file');
    if (size > LIMIT_BYTES) {
      throw new TooLarge(`is ${(size / 1e6).toFixed(1)} MB, larger than the ${LIMIT_BYTES / 1024 / 1024} MB limit`);
    }
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

/** The path behind every link in it, even where its end is yet to be made. */
export async function targetOf(name: string, links = 0): Promise<string> {
  try {
    return await realpath(name);
  } catch (error) {
    if (links > MOST_LINKS || dirname(name) === name) throw new Unreadable(`cannot be read (${codeOf(error)})`);
    const folder = await targetOf(dirname(name), links);
    const link = await readlink(name).catch(() => undefined);
    return link === undefined ? join(folder, basename(name)) : targetOf(resolve(folder, link), links + 1);
  }
}

/** The name of the file, and where its links lead. */
export function placeOf({ name, target }: TextFile): string {
  return name === target ? name : `${name} -> ${target}`;
}

/** @throws Unreadable where a repository leads out of itself by a link, since its links are not the user's */
export async function assertWithin(folder: string, { target }: TextFile): Promise<void> {
  const root = await targetOf(folder);
  if (!target.startsWith(root.endsWith(sep) ? root : root + sep)) {
    throw new Unreadable(`leads out of the project, to ${target}: replace the link by a file or folder of the project`);
  }
}

/** @throws Unreadable where its owner has made the file read-only, which replacing it would pass over */
export function assertWritable({ mode, target }: TextFile): void {
  if (mode !== undefined && (mode & 0o222) === 0) {
    throw new Unreadable(`is read-only: make ${target} writable, or leave this client out, and run this again`);
  }
}

/**
 * Writes a file that is whole at every moment: a new one beside it takes its place. Mode and byte order mark stay.
 *
 * @param privateMode - for a file that is new: whether only its owner may read it
 */
export async function writeTextFile(file: TextFile, text: string, privateMode: boolean): Promise<void> {
  await mkdir(dirname(file.target), { recursive: true });
  await replaceFile(file.target, `${file.hasMark ? MARK : ''}${text}`, file.mode, privateMode ? 0o600 : 0o666);
}

/**
 * Replaces a file. Neither the new file nor the one that it replaces is written through a link.
 *
 * @param mode - of the file that is replaced
 */
export async function replaceFile(
  target: string,
  text: string,
  mode: number | undefined,
  newMode: number,
): Promise<void> {
  const half = join(dirname(target), `.uc-mcp-bridge-${randomBytes(6).toString('hex')}`);
  const handle = await open(half, 'wx', mode === undefined ? newMode : 0o600);
  try {
    try {
      await handle.writeFile(text);
      if (mode !== undefined) await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(half, target);
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}

/** Where the file as it was before a server of that name came in is kept: beside it. */
export function backupOf(file: TextFile, server: string): string {
  return `${file.target}.before-${server}.uc-mcp-bridge.bak`;
}

/** The text of a backup; undefined where there is none, or a link, which `backUp` never makes. */
export async function backupText(file: TextFile, server: string): Promise<string | undefined> {
  const backup = backupOf(file, server);
  const isFile = await lstat(backup).then(
    (stats) => stats.isFile(),
    () => false,
  );
  return isFile ? (await readTextFile(backup)).text : undefined;
}

export async function backUp(file: TextFile, server: string): Promise<string | undefined> {
  const backup = backupOf(file, server);
  if (file.text === undefined) {
    // One from long ago would be taken for the state before.
    await rm(backup, { force: true });
    return undefined;
  }
  await replaceFile(backup, `${file.hasMark ? MARK : ''}${file.text}`, file.mode, 0o600);
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
