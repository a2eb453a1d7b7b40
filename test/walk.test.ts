/** Keeps the list of files in docs/architecture.md that one call passes through. */

import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readConfig } from '../src/config/read.ts';
import { from, readLines } from '../src/node/stdin.ts';
import { lineWriter } from '../src/node/stdio.ts';
import { createPipeline, createServices, secretsOf } from '../src/pipeline.ts';
import type { Log } from '../src/ports.ts';
import { Relay } from '../src/relay/relay.ts';
import { startSandbox } from '../src/sandbox/sandbox.ts';

const PAGE = fileURLToPath(new URL('../docs/architecture.md', import.meta.url));
const [BEGIN, END] = ['<!-- walk -->\n', '<!-- /walk -->'];
/** Files that the second call of a session may pass through. */
const MOST_FILES = 47;
const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const INITIALIZE = {
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'walk', version: '1' } },
};
const CALL = { method: 'tools/call', params: { name: 'get_me', arguments: {} } };

/** The handlers as `serve` wires them, between two streams. */
async function open(host: string, token: string, connection: string) {
  const variables = { DATABRICKS_HOST: host, DATABRICKS_TOKEN: token };
  const reading = readConfig(['--connection', connection], variables, { home: '/', cwd: '/' });
  if (!('config' in reading)) throw new Error('the configuration was refused');
  const { config } = reading;
  const secrets = secretsOf(config);
  const services = await createServices({ config, sources: new Map(), secrets, log: SILENT, onSignIn: () => {} });
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const { write } = lineWriter(stdout, () => {});
  const { handler } = await createPipeline(config, services.wire, (delivery) => relay.emit(delivery));
  const { clock } = services.wire;
  const relay: Relay = new Relay({ next: handler, write, scrub: (text) => text, clock, log: SILENT });
  const running = relay.run(readLines(from(stdin), () => {}));
  const lines = stdout[Symbol.asyncIterator]();
  let ids = 0;
  return {
    async ask(message: object): Promise<void> {
      stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: ++ids, ...message })}\n`);
      await lines.next();
    },
    tell: (method: string) => void stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method })}\n`),
    async close() {
      stdin.end();
      await running;
      await handler.close();
      await services.close();
    },
  };
}

it('the second call of a session passes through the files that docs/architecture.md lists (-u writes them)', async () => {
  const sandbox = await startSandbox();
  const client = await open(sandbox.host, sandbox.token, sandbox.connection);
  await client.ask(INITIALIZE);
  client.tell('notifications/initialized');
  await client.ask(CALL);
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await session.post('Profiler.takePreciseCoverage');
  await client.ask(CALL);
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  await client.close();
  await sandbox.close();
  const files = result
    .filter(({ functions, url }) => /\/src\/(?!sandbox\/)/.test(url) && functions.some(isNamedAndCalled))
    .map(({ url }) => url.replace(/^.*\/src\//, 'src/'))
    .sort();
  expect(files).toContain('src/relay/relay.ts');
  expect(files.length).toBeLessThanOrEqual(MOST_FILES);
  const page = readFileSync(PAGE, 'utf8');
  const [before = ''] = page.split(BEGIN);
  const [, after = ''] = page.split(END);
  const list = files.map((file) => `- \`${file}\`\n`).join('');
  await expect(`${before}${BEGIN}${list}${END}${after}`).toMatchFileSnapshot(PAGE);
});

/** The module itself is a function without a name. */
function isNamedAndCalled({ functionName, ranges }: { functionName: string; ranges: { count: number }[] }): boolean {
  return functionName !== '' && ranges.some(({ count }) => count > 0);
}
