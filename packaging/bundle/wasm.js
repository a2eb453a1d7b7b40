/**
 * AssemblyScript becomes WebAssembly at build time: who imports `./some.ts?wasm` gets a function that makes an instance of it
 * and returns what it exports.
 */

import { dirname, resolve } from 'node:path';
import { main as compile } from 'assemblyscript/asc';

const IMPORTED = /\?wasm$/;
const MODULE = /\.wasm\.js$/;
/** It takes a second: once for each file is enough, however many bundles a build makes. */
const compiled = new Map();

/** @returns a plugin for rolldown and for vite */
export function wasm() {
  return {
    name: 'wasm',
    // Before vite looks for a file of that name.
    enforce: 'pre',
    resolveId(source, importer) {
      const isAsked = IMPORTED.test(source) && importer !== undefined;
      return isAsked ? resolve(dirname(importer), source.replace(IMPORTED, '.wasm.js')) : undefined;
    },
    async load(id) {
      if (!MODULE.test(id)) return undefined;
      const file = id.replace(MODULE, '');
      if (!compiled.has(file)) compiled.set(file, binaryOf(file));
      return asModule(await compiled.get(file));
    },
  };
}

async function binaryOf(file) {
  let binary;
  const writeFile = (_, contents) => {
    binary = contents;
  };
  // Optimised for speed; no run-time library, since nothing is allocated.
  const { error, stderr } = await compile([file, '-O3', '--runtime', 'stub', '--outFile', 'out.wasm'], { writeFile });
  if (error) throw new Error(`${error.message}\n${stderr}`);
  return Buffer.from(binary);
}

/** As text in Base64, which is shorter than a list of numbers and is read in every JavaScript runtime. */
function asModule(binary) {
  return `
    const bytes = () => Uint8Array.from(atob('${binary.toString('base64')}'), (character) => character.charCodeAt(0));
    export default () => new WebAssembly.Instance(new WebAssembly.Module(bytes())).exports;
  `;
}
