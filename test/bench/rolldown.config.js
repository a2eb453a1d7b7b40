import { defineConfig } from 'rolldown';

/** Where `npm run bench` finds its programs. */
const BIN = 'node_modules/.cache/uc-mcp-bridge/bench/bin';

export default defineConfig([
  {
    input: { main: 'test/bench/main.ts', far: 'test/bench/far/main.ts' },
    platform: 'node',
    // Packages are found from here as from anywhere in the project.
    external: /^(?!\.|\/)/,
    output: { dir: BIN, format: 'esm' },
  },
  // The floor is loaded as fast as a file of its size can be: one CommonJS file, minified.
  { input: 'test/bench/floor.ts', platform: 'node', output: { file: `${BIN}/floor.cjs`, format: 'cjs', minify: true } },
]);
