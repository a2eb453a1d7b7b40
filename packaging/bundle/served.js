/**
 * What `serve` loads, in one file: each costs a third of a millisecond at the start. Modules that commands share with it
 * would otherwise stand in files of their own.
 */

const HELPERS = 'rolldown-runtime.js';
const REQUIRED = /require\([`"']\.\/rolldown-runtime\.js[`"']\)/;

/** @param entry - module that it begins with: the file holds that, and whatever it imports */
export function serveInOneFile(name, entry) {
  const imports = new Map();
  let modules;

  function closure() {
    const found = new Set();
    const visit = (id) => {
      if (found.has(id)) return;
      found.add(id);
      for (const next of imports.get(id) ?? []) visit(next);
    };
    const start = [...imports.keys()].find((id) => id.replaceAll('\\', '/').endsWith(`/${entry}`));
    if (start === undefined) throw new Error(`${entry} is not in the bundle`);
    visit(start);
    return found;
  }

  return {
    plugin: {
      name: 'serve-in-one-file',
      moduleParsed({ id, importedIds }) {
        imports.set(id, importedIds);
      },
      // The helpers of the bundler stand in a file of their own, which is for the commands.
      generateBundle(_, bundle) {
        const helpers = bundle[HELPERS]?.code;
        if (helpers === undefined) this.error(`${HELPERS} is not in the bundle`);
        const chunk = bundle[`${name}.js`];
        const asked = REQUIRED.exec(chunk.code);
        if (asked === null) this.error(`${name}.js does not ask for ${HELPERS}`);
        chunk.code = chunk.code.replace(asked[0], () => `((exports)=>{${helpers};return exports})({})`);
      },
    },
    group: {
      name,
      test(id) {
        modules ??= closure();
        return modules.has(id);
      },
    },
  };
}
