/** WebAssembly, which undici's parser of HTTP needs. */

/** @returns why it cannot, and what to do about it; undefined where it can */
export function whyNoParser(): string | undefined {
  if ('WebAssembly' in globalThis) return undefined;
  return (
    'this Node.js has no WebAssembly, which reading HTTP takes: remove --jitless from the arguments of node and from ' +
    'NODE_OPTIONS.'
  );
}

/** True if an error tells that there is no memory for undici's parser, as under `ulimit -v`. [Node 20, observed 2026-11] */
export function isOutOfWasmMemory(error: unknown): boolean {
  return error instanceof RangeError && error.message.startsWith('WebAssembly');
}
