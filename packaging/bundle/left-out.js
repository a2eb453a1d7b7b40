/**
 * Parts of packages that the bridge never reaches, and that a bundler cannot see to be unreachable: each is replaced by
 * what stands here. What is reached all the same says so.
 */

import llhttp from 'undici/lib/llhttp/constants.js';
import { undiciErrors } from './undici-errors.js';

const { ERROR, TYPE } = llhttp;

const absent = (what) => `() => { throw new Error(${JSON.stringify(`${what} is left out of this bundle`)}); }`;

/** Path inside node_modules to the text that is bundled instead. */
const LEFT_OUT = {
  // HTTP/2 is never asked for, and no body is a form or a stream of fetch's.
  'undici/lib/dispatcher/client-h2.js': `module.exports = ${absent('HTTP/2 of undici')};`,
  'undici/lib/web/fetch/body.js': `module.exports = { extractBody: ${absent('fetch of undici')} };`,
  // A search tree of a hundred header names, built at every start to save a conversion for each header: not worth it here.
  'undici/lib/core/tree.js': `module.exports = { tree: { lookup: () => undefined } };`,
  // Of two hundred spellings, each entered at every start, those that go out with every call; others are checked when they do.
  'undici/lib/core/constants.js': `const usual = ['accept', 'accept-encoding', 'authorization', 'content-type', 'user-agent'];
    const ours = ['mcp-protocol-version', 'mcp-session-id', 'x-databricks-workspace-id'];
    exports.headerNameLowerCasedRecord = Object.fromEntries([...usual, ...ours].map((name) => [name, name]));`,
  // Whoever would listen to this copy of undici has no way to it, and NODE_DEBUG must not make it write addresses to stderr.
  'undici/lib/core/diagnostics.js': `const none = { hasSubscribers: false };
    const names = 'beforeConnect connected connectError sendHeaders create bodySent bodyChunkSent bodyChunkReceived headers trailers error';
    exports.channels = Object.fromEntries(names.split(' ').map((name) => [name, none]));`,
  // Of fifteen kilobytes of tables, what is looked up in them: the kinds of parser, and the names of its errors.
  'undici/lib/llhttp/constants.js': `exports.TYPE = ${JSON.stringify(TYPE)}; exports.ERROR = ${JSON.stringify(ERROR)};`,
  'undici/lib/core/errors.js': undiciErrors(),
  // Room for two thousand calls that wait for a connection, made with each pool: ours has no limit, and lets none wait.
  'undici/lib/dispatcher/fixed-queue.js': `module.exports = class {
    isEmpty() { return true; }
    push() { throw new Error('the queue of undici is left out of this bundle'); }
    shift() { return null; }
  };`,
  // Three of Node's own, of which it wants little or nothing, and each takes its time to load.
  'undici/node:http': `exports.maxHeaderSize = 16 * 1024; exports.IncomingMessage = class {};`,
  'undici/node:querystring': `exports.stringify = ${absent('the query of undici')};`,
  'undici/node:assert': `module.exports = (value, message) => {
    if (!value) throw Object.assign(new Error(message ?? 'undici has failed'), { code: 'ERR_ASSERTION' });
  };`,
  // The parser comes twice, with SIMD and without: the one without runs on every processor, and is as fast on our headers.
  'undici/lib/llhttp/llhttp_simd-wasm.js': `module.exports = require('./llhttp-wasm.js');`,

  // The log is written by ourselves, to two descriptors: none of pino's destinations, no thread.
  'pino/lib/transport.js': `module.exports = ${absent('transport of pino')};`,
  'pino/lib/multistream.js': `module.exports = ${absent('multistream of pino')};`,
  'sonic-boom/index.js': 'module.exports = class SonicBoom {};',
  'on-exit-leak-free/index.js': 'module.exports = {};',

  // All our schemas are of zod 4.
  'zod/v3/index.js': `export const object = ${absent('zod 3')};`,
  'zod-to-json-schema/dist/esm/index.js': `export const zodToJsonSchema = ${absent('zod 3')};`,
  // A client checks with it what tools with an output schema give, and we only show what they give.
  '@modelcontextprotocol/sdk/dist/esm/validation/ajv-provider.js': `export class AjvJsonSchemaValidator {
    getValidator() { return (data) => ({ valid: true, data, errorMessage: undefined }); }
  }`,
};

const insideModules = (id = '') => id.replaceAll('\\', '/').split('/node_modules/').at(-1) ?? '';
const packageOf = (id) => insideModules(id).split('/')[0];

/** @returns a rolldown plugin */
export function leaveOut() {
  const unseen = new Set(Object.keys(LEFT_OUT));
  return {
    name: 'leave-out',
    resolveId(source, importer) {
      const path = `${packageOf(importer)}/${source}`;
      return source.startsWith('node:') && Object.hasOwn(LEFT_OUT, path) ? `/node_modules/${path}` : undefined;
    },
    load(id) {
      const path = insideModules(id);
      if (!Object.hasOwn(LEFT_OUT, path)) return undefined;
      unseen.delete(path);
      return LEFT_OUT[path];
    },
    // A new version of a package may have moved the file: then nothing would be left out, and nobody would know.
    buildEnd(error) {
      if (error === undefined && unseen.size > 0) this.error(`not met in the bundle: ${[...unseen].join(', ')}`);
    },
  };
}
