/** The report's page is put together at build time: its script becomes one text, and so does its style sheet. */

import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const SCRIPT = /\?page$/;

/** @returns a rolldown plugin */
export function pageAssets() {
  return {
    name: 'page-assets',
    resolveId(source, importer) {
      const isAsset = SCRIPT.test(source) || source.endsWith('.css');
      return isAsset && importer !== undefined ? `${resolve(dirname(importer), source)}.js` : undefined;
    },
    async load(id) {
      const file = id.replace(/(\?page)?\.js$/, '');
      if (id.endsWith('?page.js')) return asModule(await scriptOf(file));
      if (id.endsWith('.css.js')) return asModule(withoutSpace(await readFile(file, 'utf8')));
      return undefined;
    },
  };
}

async function scriptOf(input) {
  const bundle = await rolldown({ input, platform: 'browser', logLevel: 'warn' });
  const { output } = await bundle.generate({ format: 'iife', minify: true });
  await bundle.close();
  // It stands in an element of the page, and must not end it.
  return output[0].code.trim().replaceAll('</', '<\\/');
}

function withoutSpace(css) {
  return css
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replaceAll(';}', '}')
    .replace(/(?<=[ :,(-])0\./g, '.')
    .trim();
}

function asModule(text) {
  return `export default ${JSON.stringify(text)};`;
}
