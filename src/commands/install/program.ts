import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';
import { VERSION } from '../../version.ts';
import { dataFolder, type Machine } from '../clients/machine.ts';

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

/** Puts the copy in its place; what is there already is the same, by its name. */
export async function copyProgram({ copyFrom, script }: Program): Promise<void> {
  if (copyFrom === undefined) return;
  const place = dirname(script);
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  const half = `${place}.${process.pid}`;
  await cp(copyFrom, half, { recursive: true });
  try {
    await rename(half, place);
  } catch {
    // It is there already: from an earlier run, or from one beside us.
    await rm(half, { recursive: true });
  }
}

/** Beside the copies: the files that may refer to one, a line each. */
const USERS = 'written-files.txt';

/** Notes that a file has an entry that starts a copy. */
export async function noteUser(machine: Machine, { copyFrom }: Program, file: string): Promise<void> {
  if (copyFrom === undefined) return;
  const users = await usersOf(machine);
  if (!users.includes(file)) await writeFile(join(dataFolder(machine), USERS), `${[...users, file].join('\n')}\n`);
}

/** Removes the copies to which no file refers any more, and in the end their folder. @returns what it has removed */
export async function removeUnusedCopies(machine: Machine): Promise<readonly string[]> {
  const folder = dataFolder(machine);
  const texts = await Promise.all((await usersOf(machine)).map((file) => readFile(file, 'utf8').catch(() => '')));
  const copies = (await readdir(folder).catch(() => [])).filter((name) => name !== USERS);
  const unused = copies.filter((name) => !texts.some((text) => text.includes(name)));
  for (const name of unused) await rm(join(folder, name), { recursive: true, force: true });
  if (copies.length > 0 && unused.length === copies.length) await rm(folder, { recursive: true });
  return unused.map((name) => join(folder, name));
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
