import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'rolldown';
import license from 'rollup-plugin-license';
import { buildInfo } from './packaging/build-info.js';
import { standApart } from './packaging/bundle/apart.js';
import { asciiOnly } from './packaging/bundle/ascii.js';
import { leaveOut } from './packaging/bundle/left-out.js';
import { pageAssets } from './packaging/bundle/page.js';
import { parserApart } from './packaging/bundle/parser.js';
import { serveInOneFile } from './packaging/bundle/served.js';

const DIST = 'dist';
/** The log is not needed for the first answer. */
const apart = { pino: 'pino' };
/** What main.js loads by its name. */
const SERVE = 'src/run.ts';
const served = serveInOneFile('serve', SERVE);

export default defineConfig({
  input: { main: 'src/main.ts', serve: SERVE, ...apart },
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
    codeSplitting: { groups: [served.group] },
  },
  plugins: [
    leaveOut(),
    parserApart(),
    standApart(apart),
    served.plugin,
    pageAssets(),
    asciiOnly(),
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
