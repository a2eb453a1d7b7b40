import { defineConfig } from 'rolldown';

/** The programs of `npm run mcpb`, `release` and `test:node`, as JavaScript that the oldest Node of the bridge can run. */
export default defineConfig({
  input: {
    main: 'packaging/main.ts',
    release: 'packaging/release/main.ts',
    nodes: 'packaging/nodes/main.ts',
  },
  platform: 'node',
  // Packages are found from here as from anywhere in the project.
  external: /^(?!\.|\/)/,
  output: { dir: 'node_modules/.cache/uc-mcp-bridge/packaging', format: 'esm' },
});
