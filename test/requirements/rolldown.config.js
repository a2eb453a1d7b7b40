import { defineConfig } from 'rolldown';

/** `npm run requirements`, as JavaScript that the oldest Node of the bridge can run. */
export default defineConfig({
  input: 'test/requirements/main.ts',
  platform: 'node',
  // Packages are found from here as from anywhere in the project.
  external: /^(?!\.|\/)/,
  output: { dir: 'node_modules/.cache/uc-mcp-bridge/requirements', format: 'esm' },
});
