/**
 * Packages in files of their own that are not read before they are required. A bundler takes what is required, and not
 * imported, into the file that requires it, and all of that file is compiled at the start.
 */

/** @param files - name of the file to the package that it holds; each has to be an entry of the bundle too */
export function standApart(files) {
  const fileOf = new Map(Object.entries(files).map(([name, source]) => [source, `./${name}.js`]));
  return {
    name: 'stand-apart',
    resolveId(source, importer) {
      const file = importer === undefined || importer.includes('node_modules') ? undefined : fileOf.get(source);
      return file && { id: file, external: true };
    },
  };
}
