/**
 * The two parts of undici that the bridge never calls and a bundler cannot see to be unused. Each is replaced by a function
 * that throws. All else of undici, and of every other package, is bundled as published.
 */

const absent = (what) => `() => { throw new Error(${JSON.stringify(`${what} is left out of this bundle`)}); }`;

/** Path inside node_modules to the text that is bundled instead. */
const LEFT_OUT = {
  // The pool is opened with `allowH2: false`.
  'undici/lib/dispatcher/client-h2.js': `module.exports = ${absent('HTTP/2 of undici')};`,
  // No body of a request is a form or a stream of fetch.
  'undici/lib/web/fetch/body.js': `module.exports = { extractBody: ${absent('fetch of undici')} };`,
};

const insideModules = (id) => id.replaceAll('\\', '/').split('/node_modules/').at(-1);

/** @returns a rolldown plugin */
export function leaveOut() {
  const unseen = new Set(Object.keys(LEFT_OUT));
  return {
    name: 'leave-out',
    load(id) {
      const path = insideModules(id);
      if (!Object.hasOwn(LEFT_OUT, path)) return undefined;
      unseen.delete(path);
      return LEFT_OUT[path];
    },
    // A new version of undici may move a file. The build must fail then, or the file would be bundled unnoticed.
    buildEnd(error) {
      if (error === undefined && unseen.size > 0) this.error(`not met in the bundle: ${[...unseen].join(', ')}`);
    },
  };
}
