/** undici's parser for HTTP, which is WebAssembly: when V8 makes code of it, how much it makes of that, and what else waits for it. */

import { setFlagsFromString } from 'node:v8';

/**
 * How V8 goes about its work, and how it is to go about it until the first answer is there. WebAssembly is optimized when it
 * has run for a while, and young objects are collected when their space is nearly full: in a start that is just before the
 * first request, which would wait a millisecond for it. Full, it is while the answer is waited for.
 */
const AS_USUAL = ['--minor-gc-task', '--wasm-tier-up', '--wasm-dynamic-tiering', '--no-wasm-lazy-validation'] as const;
const AT_FIRST = [
  '--no-minor-gc-task',
  '--no-wasm-tier-up',
  '--no-wasm-dynamic-tiering',
  '--wasm-lazy-validation',
] as const;

let parser: 'none' | 'being loaded' | 'running' = 'none';

/**
 * To be called before undici uses a connection: for the first one it loads its parser for HTTP, WebAssembly of which one
 * function is huge. After a few answers V8 takes that to be worth optimizing, with 36 MB and a tenth of a second of another
 * processor, of which it seldom gives all back; on the few headers of our answers the result is no faster. [measured
 * 2026-11-25 on Node 20, 22 and 24]
 */
export function parserLoads(): void {
  if (parser !== 'none') return;
  parser = 'being loaded';
  for (const flag of AT_FIRST) setFlagsFromString(flag);
}

/** Held until undici has taken it up: V8 knows a module again by its bytes only while it is in use. */
let begun: Promise<object> | undefined;

/** Why undici cannot read HTTP in this process; undefined where it can. */
export function whyNoParser(): string | undefined {
  if (webAssembly() !== undefined) return undefined;
  return (
    'this Node.js has no WebAssembly, which reading HTTP takes: remove --jitless from the arguments of node and from ' +
    'NODE_OPTIONS.'
  );
}

/** Has the parser made on another thread, while what leads to the first request is made on this one. */
export function beginParser(): void {
  parserLoads();
  begun = webAssembly()?.compile(require('undici/lib/llhttp/llhttp-wasm.js'));
  // Whoever needs it will be told the same.
  begun?.catch(() => {});
}

/**
 * To be called when an answer was parsed: V8 has made code of the parser by then. From now on V8 works as usual, and
 * what it compiles now can be kept for the next start, which has the usual flags.
 */
export function parserRuns(): void {
  if (parser !== 'being loaded') return;
  parser = 'running';
  begun = undefined;
  for (const flag of AS_USUAL) setFlagsFromString(flag);
}

/** The beginning of `llhttp.h`, as far as it is used here. */
interface Parser {
  readonly memory: { readonly buffer: ArrayBuffer };
  llhttp_alloc(type: number): number;
  malloc(bytes: number): number;
  llhttp_execute(parser: number, at: number, bytes: number): number;
}

/** What there is of the global object; the types of Node leave it out. */
interface WebAssembly {
  compile(bytes: Uint8Array): Promise<object>;
  readonly Module: {
    new (bytes: Uint8Array): object;
    imports(module: object): readonly { readonly name: string }[];
  };
  readonly Instance: new (
    module: object,
    imports: { readonly env: Readonly<Record<string, () => number>> },
  ) => { readonly exports: unknown };
}

function webAssembly(): WebAssembly | undefined {
  return (globalThis as { WebAssembly?: WebAssembly }).WebAssembly;
}

const RESPONSE = 2;
const ANSWER =
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}';

/**
 * Has V8 compile what an answer takes. It does so of what is run, when it is first run: milliseconds, for which the first
 * answer would have to wait. It knows a module again by its bytes, so that what is run here is compiled for undici.
 */
export function warmParser(): void {
  try {
    runParser();
  } catch {
    // No memory: the first call meets that too, and says so.
  }
}

function runParser(): void {
  const assembly = webAssembly();
  if (assembly === undefined) return;
  const { Instance, Module } = assembly;
  parserLoads();
  const module = new Module(require('undici/lib/llhttp/llhttp-wasm.js'));
  const nothing = Module.imports(module).map(({ name }) => [name, () => 0] as const);
  const { exports } = new Instance(module, { env: Object.fromEntries(nothing) });
  const parser = exports as Parser;
  const handle = parser.llhttp_alloc(RESPONSE);
  const at = parser.malloc(ANSWER.length);
  Buffer.from(parser.memory.buffer).write(ANSWER, at, 'latin1');
  parser.llhttp_execute(handle, at, ANSWER.length);
  parserRuns();
}
