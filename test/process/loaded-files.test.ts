import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { startBridge } from '../support/bridge.ts';
import { startRawWorkspace } from '../support/raw-workspace.ts';

/** Limits on all that `serve` loads, and on what it loads before its first answer, in bytes. */
const BUDGET = { all: 500_000, first: 450_000 };

/** Node's last words: every file that was required. */
const REPORT = `import { createRequire } from 'node:module';
process.on('exit', () => process.stderr.write('\\nloaded ' + JSON.stringify(Object.keys(createRequire('/').cache))));`;

test('with a PAT, serve loads itself and the log, and no chunk of another command', async () => {
  const { host } = await startRawWorkspace({});
  const bridge = startBridge({
    args: ['--connection', 'github', '--route', 'managed-mcp'],
    env: { DATABRICKS_HOST: host, DATABRICKS_TOKEN: 'dapi-canary-0123456789' },
    nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(REPORT)}`],
  });
  expect(await bridge.initialize()).toHaveProperty('result.serverInfo');
  await bridge.finish();
  const files: string[] = JSON.parse(/^loaded (.*)$/m.exec(bridge.stderr)?.[1] ?? '[]');
  expect(files.map((file) => basename(file)).sort()).toEqual(['main.js', 'pino.js', 'rolldown-runtime.js', 'serve.js']);
  const bytesOf = (some: readonly string[]) => some.reduce((sum, file) => sum + statSync(file).size, 0);
  expect(bytesOf(files)).toBeLessThan(BUDGET.all);
  expect(bytesOf(files.filter((file) => basename(file) !== 'pino.js'))).toBeLessThan(BUDGET.first);
});
