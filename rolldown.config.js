import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'rolldown';
import license from 'rollup-plugin-license';
import { buildInfo } from './packaging/build-info.js';
import { leaveOut } from './packaging/bundle/left-out.js';
import { pageAssets } from './packaging/bundle/page.js';

const DIST = 'dist';
const SERVE = 'src/run.ts';

export default defineConfig({
  input: { main: 'src/main.ts', serve: SERVE, pino: 'pino' },
  // The log is not needed for the first answer: what our sources require of pino is the entry of that name.
  external: (source, importer) => source === 'pino' && importer !== undefined,
  // What others take from the files that begin something is exported beside what begins it.
  preserveEntrySignatures: 'allow-extension',
  platform: 'node',
  // For Node it would take the UMD file, whose parts it cannot see.
  resolve: { alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' } },
  output: {
    dir: DIST,
    cleanDir: true,
    // CommonJS starts some milliseconds sooner than ESM, and lets an old Node read far enough to be told which it needs.
    format: 'cjs',
    // Node's loader for ESM is loaded for nothing else.
    dynamicImportInCjs: false,
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    minify: true,
    // The licences are in LICENSES.txt, each once; and nobody bundles the bundle again.
    comments: { legal: false, annotation: false },
    paths: { pino: './pino.js' },
    // `serve` and all that it imports in one file, also what other commands share with it.
    codeSplitting: { groups: [{ name: 'serve', test: /[\\/]src[\\/]run\.ts$/ }] },
  },
  plugins: [
    leaveOut(),
    pageAssets(),
    license({
      thirdParty: {
        includePrivate: false,
        output: [{ file: join(DIST, 'LICENSES.txt') }, { file: join(DIST, 'build.json'), template: buildInfo }],
      },
    }),
    {
      name: 'commonjs-marker',
      writeBundle: () => writeFileSync(join(DIST, 'package.json'), '{ "type": "commonjs" }\n'),
    },
  ],
});
