import { createHash } from 'node:crypto';
import { cp, lstat, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';
import { VERSION } from '../../version.ts';
import { dataFolder, type Machine } from '../clients/machine.ts';
import { replaceFile } from './text-file.ts';

/** The script that runs, behind the link of an installed package's bin. */
export function runningScript(): Promise<string> {
  return realpath(process.argv[1] ?? '');
}

/** What a client starts. */
export interface Program {
  /** Absolute path of Node. */
  readonly node: string;
  /** Absolute path of the script. */
  readonly script: string;
  /** Folder that has to be copied for the script to be there. */
  readonly copyFrom?: string;
  /** Why, and what else the person should know, a sentence each. */
  readonly notes: readonly string[];
}

/** The script's name in every place where it can be. */
const SCRIPT = 'main.js';

/**
 * Node and script by absolute paths, since a client may have a bare PATH, the oldest of several Nodes on it, or no npx.
 *
 * Where the script that runs now will not stay (npx keeps it in a cache that it clears, `pnpm dlx` and a temporary folder
 * too), it is copied into the user's data folder, rather than named by `npx uc-mcp-bridge@VERSION`: that needs no
 * registry, starts several times sooner, puts no chain of processes between client and bridge which drops signals, and is
 * what was installed even when it came from an archive. A path with a blank is copied for the same reason: some clients
 * take arguments apart at blanks.
 */
export async function programOf(script: string, execPath: string, machine: Machine): Promise<Program> {
  const node = await stableNode(execPath);
  const notes = versionManagerOf(node).map(
    (manager) => `${node} belongs to ${manager}: when that version goes, run install again.`,
  );
  if (isStable(script) && !/\s/.test(script)) return { node, script, notes };
  const folder = dirname(script);
  const copy = join(dataFolder(machine), `${VERSION}-${await fingerprintOf(folder)}`, SCRIPT);
  if (isStable(script) && /\s/.test(copy)) return { node, script, notes };
  return {
    node,
    script: copy,
    copyFrom: folder,
    notes: [
      `The program is copied to ${dirname(copy)}, since ${folder} ${isStable(script) ? 'has a blank in its name' : 'is not kept'}.`,
      ...notes,
    ],
  };
}

/** Copies the program, unless the folder already holds that very program. A link in its place is replaced. */
export async function copyProgram({ copyFrom, script }: Program): Promise<void> {
  if (copyFrom === undefined) return;
  const place = dirname(script);
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  if (await holdsProgram(place)) return;
  const half = await mkdtemp(join(dirname(place), HALF));
  try {
    await cp(copyFrom, half, { recursive: true });
    await rm(place, { recursive: true, force: true });
    await rename(half, place);
  } catch (error) {
    await rm(half, { recursive: true, force: true });
    // Another run may have put it there meanwhile.
    if (!(await holdsProgram(place))) throw error;
  }
}

/** True if a folder, not a link to one, holds the files after which it is named. */
async function holdsProgram(place: string): Promise<boolean> {
  const isFolder = await lstat(place).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  return isFolder && place.endsWith(`-${await fingerprintOf(place).catch(() => '')}`);
}

/** In the data folder: the configuration files that may refer to a copy, one per line. */
const USERS = 'written-files.txt';

/** Prefix of a copy that is not complete yet. */
const HALF = 'copying-';

/** Names of copies. Anything else in the data folder is not ours to remove. */
const COPY = /^(?:\d+\.\d+\.\d+[\w.+-]*-[0-9a-f]{8}|copying-\w+)$/;

/** Notes that a file has an entry that starts a copy. */
export async function noteUser(machine: Machine, { copyFrom }: Program, file: string): Promise<void> {
  if (copyFrom === undefined) return;
  const users = await usersOf(machine);
  if (users.includes(file)) return;
  await replaceFile(join(dataFolder(machine), USERS), `${[...users, file].join('\n')}\n`, undefined, 0o600);
}

/** Removes the copies to which no file refers any more, and in the end their folder. @returns what it has removed */
export async function removeUnusedCopies(machine: Machine): Promise<readonly string[]> {
  const folder = dataFolder(machine);
  const texts = await Promise.all((await usersOf(machine)).map(textOrNone));
  // What a file that cannot be read refers to is not known.
  if (texts.includes(undefined)) return [];
  const copies = (await readdir(folder).catch(() => [])).filter((name) => COPY.test(name));
  const unused = copies.filter((name) => !texts.some((text) => text?.includes(name)));
  for (const name of unused) await rm(join(folder, name), { recursive: true, force: true });
  if (copies.length > 0 && unused.length === copies.length) {
    await rm(join(folder, USERS), { force: true });
    // The folder stays if it holds anything else.
    await rmdir(folder).catch(() => {});
  }
  return unused.map((name) => join(folder, name));
}

async function textOrNone(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error) => (error.code === 'ENOENT' ? '' : undefined));
}

async function usersOf(machine: Machine): Promise<readonly string[]> {
  const text = await readFile(join(dataFolder(machine), USERS), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

function isStable(script: string): boolean {
  const caches = /[/\\](?:_npx|dlx(?:-[^/\\]*)?|bunx-[^/\\]*|_cacache)[/\\]/;
  return !caches.test(script) && !script.startsWith(tmpdir() + sep);
}

/** Homebrew's folder of one version goes with the next upgrade; its link stays. */
async function stableNode(execPath: string): Promise<string> {
  const [, prefix] = /^(.*)\/Cellar\/node(?:@\d+)?\//.exec(execPath) ?? [];
  if (prefix === undefined) return execPath;
  const link = join(prefix, 'bin', basename(execPath));
  const target = await realpath(link).catch(() => undefined);
  return target === execPath ? link : execPath;
}

function versionManagerOf(node: string): readonly string[] {
  const managers = {
    nvm: /[/\\]\.?nvm[/\\]/,
    fnm: /[/\\]\.?fnm[/\\]/,
    Volta: /[/\\]\.?volta[/\\]/i,
    asdf: /[/\\]\.asdf[/\\]/,
    mise: /[/\\]mise[/\\]/,
  };
  return Object.entries(managers)
    .filter(([, pattern]) => pattern.test(node))
    .map(([manager]) => manager);
}

async function fingerprintOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).sort()) hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest('hex').slice(0, 8);
}
