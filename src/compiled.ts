// Our code as V8 has compiled it, kept from one start to the next: to compile it takes a third of a start. As a part of the
// first file, it is in words that any Node reads.
//
// V8 believes what it is given. It compares versions, flags and the length of the source, and runs into whatever is broken in
// the rest: on Node 20, 22 and 24 a single wrong bit was a crash, or another result. So a file holds the source, which has to
// be ours byte for byte, and behind it what V8 made of it twice, which has to be the same both times: that is compared in no
// time, while a sum over half a megabyte, in code that nobody has compiled yet, takes milliseconds. Nothing else is in it:
// code and its constants, and nothing that the code has met.

import type { Stats } from 'node:fs';
import type { Script, ScriptOptions } from 'node:vm';

export interface Compiled {
  /**
   * Runs a file that stands beside main.js, for whoever requires it from then on.
   *
   * @returns what it exports; undefined where nothing can be kept, and Node has to load it
   */
  load(name: string): unknown;
  /** Files that did not have to be compiled. */
  readonly found: string[];
  /** Why what was kept could not be read. */
  readonly unread: string[];
  /**
   * Keeps what had to be compiled, with every function that was called until now. Blocks for some milliseconds, once.
   *
   * @returns names of what is kept now, or why it cannot be
   */
  keep(): readonly string[] | string;
}

/** A file that was compiled in this start. */
interface Fresh {
  readonly name: string;
  /** Where it is to be kept. */
  readonly path: string;
  readonly source: Buffer;
  readonly script: Script;
}

/** What Node puts around a CommonJS module. */
const [BEFORE, BEHIND] = ['(function (exports, require, module, __filename, __dirname) { ', '\n})'];
const PIECE_BYTES = 64 * 1024;
/** What nobody has written anew for so long is another version's, in milliseconds. */
const OLD_MS = 30 * 24 * 60 * 60 * 1_000;
const OURS = /^[\w-]+\.js-\d+-[\w.+-]+\.bin(?:\.[\w-]+)?$/;

/** @param home - where main.js is */
export function openCompiled(home: string, env: NodeJS.ProcessEnv): Compiled {
  const folder = env['NODE_DISABLE_COMPILE_CACHE'] ? undefined : folderFor(env);
  const found: string[] = [];
  const unread: string[] = [];
  let fresh: Fresh[] = [];
  return {
    found,
    unread,
    load(name) {
      if (folder === undefined) return undefined;
      const { join } = require('node:path') as typeof import('node:path');
      // As node:module has it, which takes a part of the start to be loaded.
      const Module = module.constructor as typeof import('node:module');
      const filename = join(home, name);
      const compiled = compile(folder, filename, name, unread);
      if (compiled.script.cachedDataRejected === false) found.push(name);
      else fresh.push(compiled);

      const loaded = new Module(filename);
      loaded.filename = filename;
      require.cache[filename] = loaded;
      const { exports } = loaded;
      // Our own `require` finds what stands in the same folder.
      compiled.script.runInThisContext().call(exports, exports, require, loaded, filename, home);
      loaded.loaded = true;
      return loaded.exports;
    },
    keep() {
      const made = fresh;
      fresh = [];
      try {
        if (folder === undefined || made.length === 0) return [];
        if (!isMade(folder)) return "the folder is another user's, or others may write to it";
        write(folder, made);
        return made.map(({ name }) => name);
      } catch (thrown) {
        // No room, no permission, a file in the way: the next start compiles again, which is all.
        return String(thrown);
      }
    },
  };
}

/** @returns undefined where the user has no place for such things; a temporary folder is everybody's */
function folderFor(env: NodeJS.ProcessEnv): string | undefined {
  const { isAbsolute, join } = require('node:path') as typeof import('node:path');
  const { platform } = process;
  const [root = '', below] =
    platform === 'win32'
      ? [env['LOCALAPPDATA'], '']
      : platform === 'darwin'
        ? [env['HOME'], 'Library/Caches']
        : isAbsolute(env['XDG_CACHE_HOME'] || '')
          ? [env['XDG_CACHE_HOME'], '']
          : [env['HOME'], '.cache'];
  return isAbsolute(root) ? join(root, below, 'uc-mcp-bridge') : undefined;
}

function compile(folder: string, filename: string, name: string, unread: string[]): Fresh {
  const { join } = require('node:path') as typeof import('node:path');
  const { Script } = require('node:vm') as typeof import('node:vm');
  const wrapped = readWrapped(filename);
  const source = wrapped.subarray(BEFORE.length, wrapped.length - BEHIND.length);
  const path = join(folder, `${name}-${source.length}-${process.versions.v8}-${process.arch}.bin`);
  const options = {
    filename,
    cachedData: read(folder, path, source, unread),
  };
  // The bundle is ASCII, and text of single bytes is made in no time.
  return { name, path, source, script: new Script(wrapped.toString('latin1'), options as ScriptOptions) };
}

/** A source as V8 takes it. Put together as bytes, since a text of two is copied once more. */
function readWrapped(filename: string): Buffer {
  const { closeSync, fstatSync, openSync, readSync } = require('node:fs') as typeof import('node:fs');
  const fd = openSync(filename, 'r');
  const { size } = fstatSync(fd);
  const wrapped = Buffer.allocUnsafe(BEFORE.length + size + BEHIND.length);
  wrapped.write(BEFORE);
  const bytes = readSync(fd, wrapped, BEFORE.length, size, 0);
  closeSync(fd);
  wrapped.write(BEHIND, BEFORE.length + bytes);
  return wrapped.subarray(0, BEFORE.length + bytes + BEHIND.length);
}

/** What was made of that very source, if it is whole. What is compared only is not held: it is read piece by piece. */
function read(folder: string, path: string, source: Buffer, unread: string[]): Buffer | undefined {
  const { closeSync, openSync, readSync } = require('node:fs') as typeof import('node:fs');
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  try {
    const status = isPrivate(folder) ? look(path) : undefined;
    if (status === undefined || !status.isFile() || !isOwn(status)) return undefined;
    const bytes = (status.size - source.length) / 2;
    if (bytes <= 0 || !Number.isInteger(bytes)) return undefined;
    const fd = openSync(path, 'r');
    const isThere = (expected: Buffer, position: number): boolean => {
      for (let at = 0; at < expected.length; at += PIECE_BYTES) {
        const end = Math.min(at + PIECE_BYTES, expected.length);
        const found = readSync(fd, piece, 0, end - at, position + at);
        if (expected.compare(piece, 0, found, at, end) !== 0) return false;
      }
      return true;
    };
    const code = Buffer.allocUnsafe(bytes);
    const isWhole =
      isThere(source, 0) &&
      readSync(fd, code, 0, bytes, source.length) === bytes &&
      isThere(code, source.length + bytes);
    closeSync(fd);
    return isWhole ? code : undefined;
  } catch (thrown) {
    unread.push(String(thrown));
    return undefined;
  }
}

function write(folder: string, made: readonly Fresh[]): void {
  const fs = require('node:fs') as typeof import('node:fs');
  const { join } = require('node:path') as typeof import('node:path');
  for (const { path, script, source } of made) {
    const code = script.createCachedData();
    // Others may be writing the same, and whoever reads is to find all of it or nothing.
    const draft = `${path}.${process.pid}-${Date.now()}`;
    try {
      fs.writeFileSync(draft, Buffer.concat([source, code, code]), { flag: 'wx', mode: 0o600 });
      fs.renameSync(draft, path);
    } finally {
      fs.rmSync(draft, { force: true });
    }
  }
  for (const name of fs.readdirSync(folder)) {
    const status = OURS.test(name) ? look(join(folder, name)) : undefined;
    if (status && Date.now() - status.mtimeMs > OLD_MS) fs.rmSync(join(folder, name), { force: true });
  }
}

/** Makes the folder where it is missing; not below what is another user's, as a home is that `sudo` has left in place. */
function isMade(folder: string): boolean {
  const { mkdirSync, statSync } = require('node:fs') as typeof import('node:fs');
  const { dirname } = require('node:path') as typeof import('node:path');
  const base = dirname(folder);
  for (const each of [base, folder]) {
    if (look(each) === undefined && isUsers(statSync(dirname(each)))) mkdirSync(each, 0o700);
  }
  return isUsers(statSync(base)) && isPrivate(folder);
}

function isPrivate(folder: string): boolean {
  const status = look(folder);
  if (status === undefined) return false;
  return status.isDirectory() && isOwn(status);
}

/** Of a link, the link itself. */
function look(path: string): Stats | undefined {
  const { lstatSync } = require('node:fs') as typeof import('node:fs');
  return lstatSync(path, { throwIfNoEntry: false });
}

/** Whether nobody else can have put anything there. */
function isOwn(status: Stats): boolean {
  return process.platform === 'win32' || (isUsers(status) && (status.mode & 0o022) === 0);
}

/** Windows has no numbers for users. */
function isUsers({ uid }: Stats): boolean {
  return process.getuid === undefined || process.getuid() === uid;
}
