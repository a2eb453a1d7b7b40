import { defineConfig } from 'rolldown';

/** The two programs of `npm run conformance`, as JavaScript that the oldest Node of the bridge can run. */
export default defineConfig({
  input: { main: 'test/conformance/main.ts', client: 'test/conformance/client/main.ts' },
  platform: 'node',
  // Packages are found from here as from anywhere in the project.
  external: /^(?!\.|\/)/,
  output: { dir: 'node_modules/.cache/uc-mcp-bridge/conformance/bin', format: 'esm' },
});
