/**
 * Whether whoever started the bridge is still there. A host that is killed says no word, and stdin stays open where
 * another process holds its other end.
 */

import { readFileSync } from 'node:fs';

const LOOK_MS = 5_000;
/** So long after the start they are looked at for the first time, in milliseconds. */
const STARTED_MS = 50;
/** Processes between the bridge and its host: npx, and the shell that npx starts. */
const MOST_WRAPPERS = 3;

/** How a process is called, and who its parent is. */
interface Ancestor {
  readonly parent: number;
  readonly command: readonly string[];
}

/**
 * Looks at the parents every five seconds, and calls `onGone` once when one has changed. Keeps nothing alive.
 *
 * @returns ends it
 */
export function watchParents(onGone: () => void): () => void {
  const isThere = process.platform === 'win32' ? parentRuns() : parentsStay();
  let timer: NodeJS.Timeout;
  const lookLater = () => {
    timer = setTimeout(() => {
      if (isThere()) lookLater();
      else onGone();
    }, LOOK_MS).unref();
  };
  lookLater();
  return () => clearTimeout(timer);
}

/** A child whose parent ends is given to another one. So is npx when its host ends, which leaves us our own parent. */
function parentsStay(): () => boolean {
  const first = process.ppid;
  let wrappers: ReturnType<typeof wrappersFrom> = [];
  // Not while the client waits for its first answer.
  setTimeout(() => {
    if (process.ppid === first) wrappers = wrappersFrom(first);
  }, STARTED_MS).unref();
  return () => process.ppid === first && wrappers.every(([pid, parent]) => ancestor(pid)?.parent === parent);
}

/** On Windows a child keeps the number of its parent, which may in time be another's: then we wait for the end of stdin. */
function parentRuns(): () => boolean {
  const parent = process.ppid;
  return () => {
    try {
      return process.kill(parent, 0);
    } catch (thrown) {
      return (thrown as NodeJS.ErrnoException).code !== 'ESRCH';
    }
  };
}

/** The processes from a parent of ours up to the package runner that started us, each with its own parent. */
function wrappersFrom(first: number): readonly (readonly [pid: number, parent: number])[] {
  const wrappers: [number, number][] = [];
  for (let pid = first; wrappers.length < MOST_WRAPPERS; ) {
    const found = ancestor(pid);
    if (found === undefined) return [];
    wrappers.push([pid, found.parent]);
    if (isPackageRunner(found.command)) return wrappers;
    // A shell that is not npm's may well outlive what started it: it is the host itself.
    if (!isShellCommand(found.command)) return [];
    pid = found.parent;
  }
  return [];
}

/** npm calls itself `npm exec NAME`, in one word. */
function isPackageRunner(command: readonly string[]): boolean {
  return command
    .slice(0, 2)
    .some((word) => /(?:^|[/\\])(?:npm|npx|pnpm|pnpx|yarn)(?:-cli)?(?:\.c?js)?(?: |$)/.test(word));
}

function isShellCommand([shell = '', option = '']: readonly string[]): boolean {
  return /(?:^|\/)(?:sh|bash|dash|ash|zsh)$/.test(shell) && /^-\w*c$/.test(option);
}

/** @returns undefined where the system has no such files, or no such process */
function ancestor(pid: number): Ancestor | undefined {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    // The name stands in parentheses and may hold anything; behind it come the state and the parent.
    const [, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\)\s+/s, '')
      .split(' ');
    return { parent: Number(parent), command };
  } catch {
    return undefined;
  }
}
