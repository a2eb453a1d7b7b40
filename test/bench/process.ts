/** What the system knows of a process. */

import { readFile } from 'node:fs/promises';

const TICKS_PER_SECOND = 100;

/** @returns bytes that it holds in memory, in MB; undefined where the system does not say it this way */
export async function residentMb(pid: number): Promise<number | undefined> {
  const status = await read(`/proc/${pid}/status`);
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
}

/** @returns milliseconds of processor that it has used, all its threads together */
export async function cpuMs(pid: number): Promise<number | undefined> {
  const stat = await read(`/proc/${pid}/stat`);
  // Behind the name, which may hold anything but ends with the last parenthesis: user and system time.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields && ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
}

function read(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
