import { defineConfig } from 'rolldown';
import { wasm } from '../../packaging/bundle/wasm.js';

/** The program of `npm run fuzz`, as JavaScript that the oldest Node of the bridge can run. */
export default defineConfig({
  input: { main: 'test/fuzz/main.ts' },
  platform: 'node',
  // Packages are found from here as from anywhere in the project.
  external: /^(?!\.|\/)/,
  plugins: [wasm()],
  output: { dir: 'node_modules/.cache/uc-mcp-bridge/fuzz', format: 'esm' },
});
