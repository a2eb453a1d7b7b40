/** Scripts that a bridge runs before its own code, as arguments for node. */

import { fileURLToPath } from 'node:url';

/** Says `max rss: N MiB` on stderr at the end. */
export const MAX_RSS: readonly string[] = required(new URL('./preload/max-rss.cjs', import.meta.url));
/** How much faster `FAST_CLOCK` is, as written in its script. */
export const CLOCK_FACTOR = 30;
/** Runs clock and timers faster, for limits that are too long to wait for. */
export const FAST_CLOCK: readonly string[] = required(new URL('./preload/fast-clock.cjs', import.meta.url));
/** Holds the process whenever it has begun to connect, until the folder GATE has a file with the connection's number. */
export const WAIT_ON_CONNECT: readonly string[] = required(new URL('./preload/wait-on-connect.cjs', import.meta.url));
/** Makes each random wait nine tenths of the longest. */
export const HIGH_RANDOM: readonly string[] = required(new URL('./preload/high-random.cjs', import.meta.url));
/** Passes for Node 14.21.3. */
export const FAKE_OLD_NODE: readonly string[] = required(new URL('./preload/fake-old-node.cjs', import.meta.url));
/** Throws an error that nobody catches whenever SIGUSR2 comes. */
export const THROW_ON_SIGNAL: readonly string[] = required(new URL('./preload/throw-on-signal.cjs', import.meta.url));
/** Throws where a text that holds `meets-a-bug` is taken to the wire. */
export const FAIL_ON_WORD: readonly string[] = required(new URL('./preload/fail-on-word.cjs', import.meta.url));
/** Prints by every console there is whenever SIGUSR2 comes. */
export const PRINT_ON_SIGNAL: readonly string[] = required(new URL('./preload/print-on-signal.cjs', import.meta.url));
/** Touches the standard streams at the start, and prints by each of them whenever SIGUSR2 comes. */
export const TOUCH_STDIO: readonly string[] = required(new URL('./preload/touch-stdio.cjs', import.meta.url));
/** Passes for a system that knows no home directory of the user. */
export const NO_HOME: readonly string[] = required(new URL('./preload/no-home.cjs', import.meta.url));
/** Says on stderr what the process listens on. */
export const NAME_LISTENERS: readonly string[] = required(new URL('./preload/name-listeners.cjs', import.meta.url));
/** Says what it sees of the process on stderr whenever SIGUSR2 comes. */
export const PROBE: readonly string[] = [
  '--disable-warning=ExperimentalWarning',
  ...required(new URL('./preload/probe.cjs', import.meta.url)),
];
/** Collects young objects alone whenever SIGUSR2 comes, and says on stderr which buffers are held then. */
export const COLLECT_YOUNG: readonly string[] = required(new URL('./preload/collect-young.cjs', import.meta.url));
/** Says `guard: connect HOST:PORT` and `guard: lookup NAME` on stderr for whatever the process does. */
export const SOCKET_GUARD: readonly string[] = required(new URL('./preload/socket-guard.cjs', import.meta.url));
/** Lets the machine have slept for eight hours whenever SIGUSR2 comes, and says `slept`. */
export const CLOCK_JUMP: readonly string[] = required(new URL('./preload/clock-jump.cjs', import.meta.url));
/** Gives every name the addresses of FIRST_ADDRESS and SECOND_ADDRESS. */
export const TWO_ADDRESSES: readonly string[] = required(new URL('./preload/two-addresses.cjs', import.meta.url));
/** Passes for Windows, where a child keeps the number of a parent that has ended. */
export const AS_WINDOWS: readonly string[] = required(new URL('./preload/as-windows.cjs', import.meta.url));
/** Passes for macOS, which has no /proc. */
export const AS_MACOS: readonly string[] = required(new URL('./preload/as-macos.cjs', import.meta.url));
/** Passes for a machine on which the callback ports up to LAST_TAKEN_PORT are taken. */
export const TAKEN_PORTS: readonly string[] = required(new URL('./preload/taken-ports.cjs', import.meta.url));
/** Kills the process before it touches a file of the token store for the KILL_AT-th time. */
export const KILL_AT_FILE: readonly string[] = required(new URL('./preload/kill-at-file.cjs', import.meta.url));

function required(script: URL): readonly string[] {
  return ['--require', fileURLToPath(script)];
}
