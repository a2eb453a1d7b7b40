/**
 * What `serve` loads, in as few files as can be: each file costs a third of a millisecond at the start. Modules that
 * commands share with it would otherwise stand in files of their own.
 */

const HELPERS = 'rolldown-runtime.js';
const REQUIRED = /require\([`"']\.\/rolldown-runtime\.js[`"']\)/;

/** @param entries - groups in the order in which they are loaded, each with the module that it begins with */
export function serveInFewFiles(entries) {
  const imports = new Map();
  let groups;

  /** @returns every module that is loaded with one, beside those that are there already */
  function closure(start, loaded) {
    const found = new Set();
    const visit = (id) => {
      if (found.has(id) || loaded.has(id)) return;
      found.add(id);
      for (const next of imports.get(id) ?? []) visit(next);
    };
    visit(start);
    return found;
  }

  function groupOf(id) {
    if (groups === undefined) {
      const loaded = new Set();
      groups = Object.entries(entries).map(([name, entry]) => {
        const start = [...imports.keys()].find((candidate) => candidate.replaceAll('\\', '/').endsWith(`/${entry}`));
        if (start === undefined) throw new Error(`${entry} is not in the bundle`);
        const modules = closure(start, loaded);
        for (const module of modules) loaded.add(module);
        return { name, modules };
      });
    }
    return groups.find(({ modules }) => modules.has(id))?.name;
  }

  return {
    plugin: {
      name: 'serve-in-few-files',
      moduleParsed({ id, importedIds }) {
        imports.set(id, importedIds);
      },
      // The helpers of the bundler stand in a file of their own, which is for the commands.
      generateBundle(_, bundle) {
        const helpers = bundle[HELPERS]?.code;
        if (helpers === undefined) this.error(`${HELPERS} is not in the bundle`);
        for (const name of Object.keys(entries)) {
          const chunk = bundle[`${name}.js`];
          const asked = REQUIRED.exec(chunk.code);
          if (asked === null) this.error(`${name}.js does not ask for ${HELPERS}`);
          chunk.code = chunk.code.replace(asked[0], () => `((exports)=>{${helpers};return exports})({})`);
        }
      },
    },
    groups: Object.keys(entries).map((name) => ({ name, test: (id) => groupOf(id) === name })),
  };
}
