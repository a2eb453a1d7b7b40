import { defineConfig } from 'rolldown';

/** `npm run screenshot`, as JavaScript that the oldest Node of the bridge can run. */
export default defineConfig({
  input: 'test/browser/screenshot.ts',
  platform: 'node',
  // Packages are found from here as from anywhere in the project.
  external: /^(?!\.|\/)/,
  output: { dir: 'node_modules/.cache/uc-mcp-bridge/screenshot', format: 'esm' },
});
