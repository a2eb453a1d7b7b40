/**
 * undici's parser for HTTP is WebAssembly, and V8 compiles of it what is run, when it is first run: milliseconds, for which
 * the first answer would have to wait. V8 knows a module again by its bytes, so that what is run here is compiled for undici.
 */

import { parserLoads, parserRuns } from './memory.ts';

/** The beginning of `llhttp.h`, as far as it is used here. */
interface Parser {
  readonly memory: { readonly buffer: ArrayBuffer };
  llhttp_alloc(type: number): number;
  malloc(bytes: number): number;
  llhttp_execute(parser: number, at: number, bytes: number): number;
}

/** What there is of the global object; the types of Node leave it out. */
interface WebAssembly {
  readonly Module: {
    new (bytes: Uint8Array): object;
    imports(module: object): readonly { readonly name: string }[];
  };
  readonly Instance: new (
    module: object,
    imports: { readonly env: Readonly<Record<string, () => number>> },
  ) => { readonly exports: unknown };
}

const RESPONSE = 2;
const ANSWER =
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}';

/** Has V8 compile what an answer takes. */
export function warmParser(): void {
  const { Instance, Module } = (globalThis as unknown as { WebAssembly: WebAssembly }).WebAssembly;
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
