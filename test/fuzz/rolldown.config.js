import { defineConfig } from 'rolldown';

/** The program of `npm run fuzz`, as JavaScript that the oldest Node of the bridge can run. */
export default defineConfig({
  input: { main: 'test/fuzz/main.ts' },
  platform: 'node',
  // Packages are found from here as from anywhere in the project.
  external: /^(?!\.|\/)/,
  output: { dir: 'node_modules/.cache/uc-mcp-bridge/fuzz', format: 'esm' },
});
