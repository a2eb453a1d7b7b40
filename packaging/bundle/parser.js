/**
 * undici's parser for HTTP in a file of its own, as the bytes that it is. As text in Base64 it is a quarter of what `serve`
 * loads: read with it, compared with it, and made into a string twice, at every start.
 */

import { createRequire } from 'node:module';

const PARSER = /[\\/]undici[\\/]lib[\\/]llhttp[\\/]llhttp-wasm\.js$/;
const FILE = 'llhttp.wasm';

/** @returns a rolldown plugin */
export function parserApart() {
  let isMet = false;
  return {
    name: 'parser-apart',
    load(id) {
      if (!PARSER.test(id)) return undefined;
      isMet = true;
      this.emitFile({ type: 'asset', fileName: FILE, source: createRequire(import.meta.url)(id) });
      return `const { readFileSync } = require('node:fs');
        const { join } = require('node:path');
        module.exports = readFileSync(join(__dirname, '${FILE}'));`;
    },
    // A new version of undici may have moved it.
    buildEnd(error) {
      if (error === undefined && !isMet) this.error(`${FILE} is not made: its module was not met`);
    },
  };
}
