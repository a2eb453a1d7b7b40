import { defineConfig } from 'rolldown';

/** `npm run audit`, as JavaScript that the oldest Node of the bridge can run. */
export default defineConfig({
  input: 'test/audit/main.ts',
  platform: 'node',
  output: { dir: 'node_modules/.cache/uc-mcp-bridge/audit', format: 'esm' },
});
