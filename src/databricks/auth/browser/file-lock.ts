/**
 * A lock between processes that survives a crash: a file that names its holder. It is taken over if the holder is gone, or
 * if it is older than any work under it may take.
 */

import { link, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Clock } from '../../../ports.ts';
import { codeOf } from './token-file.ts';

/** Longest time that a lock is held, in milliseconds; the work under it is bounded by less. */
const LEASE_MS = 90_000;
const AGAIN_MS = 50;

/** Runs `work` while no other process does so under the same file. */
export async function withLock<T>(file: string, clock: Clock, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const mine = `${JSON.stringify({ pid: process.pid, host: hostname(), nonce: Math.random() })}\n`;
  while (!(await taken(file, mine))) {
    await takeOverIfStale(file);
    await clock.sleep(AGAIN_MS * (0.5 + clock.roll()), signal);
  }
  try {
    return await work();
  } finally {
    if ((await contentOf(file)) === mine) await unlink(file).catch(() => {});
  }
}

async function taken(file: string, content: string): Promise<boolean> {
  // Written under another name first: a lock whose holder is not yet written down would look stale.
  const own = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  const handle = await open(own, 'wx', 0o600);
  await handle.writeFile(content).finally(() => handle.close());
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(own).catch(() => {});
  }
}

async function takeOverIfStale(file: string): Promise<void> {
  const content = await contentOf(file);
  if (content === undefined || !(await isStale(file, content))) return;
  // Only one process can rename it; if that got a newer lock instead, it puts that back.
  const aside = `${file}.stale.${process.pid}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await contentOf(aside)) !== content) await link(aside, file).catch(() => {});
  await unlink(aside).catch(() => {});
}

async function isStale(file: string, content: string): Promise<boolean> {
  const written = await stat(file).catch(() => undefined);
  if (written === undefined) return false;
  if (Math.abs(Date.now() - written.mtimeMs) > LEASE_MS) return true;
  const { host, pid } = holderIn(content);
  // Another machine or container that shares the folder has process ids of its own.
  return host === hostname() && pid !== undefined && !isAlive(pid);
}

function holderIn(content: string): { readonly host?: string; readonly pid?: number } {
  try {
    return JSON.parse(content);
  } catch {
    return {};
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function contentOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
