import { defineConfig } from 'rolldown';

/** The program of `npm run soak`, as JavaScript that the oldest Node of the bridge can run. */
export default defineConfig({
  input: { main: 'test/soak/main.ts' },
  platform: 'node',
  // Packages are found from here as from anywhere in the project.
  external: /^(?!\.|\/)/,
  output: { dir: 'node_modules/.cache/uc-mcp-bridge/soak/bin', format: 'esm' },
});
