/**
 * undici's errors, with the same names, codes and words. Its module defines for each of two dozen classes a symbol and two
 * methods, so that `instanceof` holds for those of another copy of undici too: 45 KB of every start, and here there is one copy.
 */

import errors from 'undici/lib/core/errors.js';

/** Those that take more than words. */
const WITH_MORE = `
  exports.SocketError = class extends UndiciError {
    constructor(message, socket) {
      super(message || 'Socket error');
      this.name = 'SocketError';
      this.code = 'UND_ERR_SOCKET';
      this.socket = socket;
    }
  };
  exports.HTTPParserError = class extends Error {
    constructor(message, code, data) {
      super(message);
      this.name = 'HTTPParserError';
      this.code = code ? \`HPE_\${code}\` : undefined;
      this.data = data ? data.toString() : undefined;
    }
  };`;

/** @returns text of a module in the place of `undici/lib/core/errors.js`; what is not for the pool is not in it */
export function undiciErrors() {
  const rows = Object.entries(errors)
    .filter(([, Class]) => Class.prototype instanceof errors.UndiciError && Class.length <= 1)
    .map(([key, Class]) => [key, new Class().name, new Class().code, new Class().message]);
  return `class UndiciError extends Error {
    constructor(message) {
      super(message);
      this.name = 'UndiciError';
      this.code = 'UND_ERR';
    }
  }
  exports.UndiciError = UndiciError;
  for (const [key, name, code, words] of ${JSON.stringify(rows)}) {
    exports[key] = class extends UndiciError {
      constructor(message) {
        super(message || words);
        this.name = name;
        this.code = code;
      }
    };
  }
  ${WITH_MORE}`;
}
