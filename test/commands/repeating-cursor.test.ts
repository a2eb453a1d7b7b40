import { expect, test } from 'vitest';
import { toWorkspace } from '../support/bridge.ts';
import { answer, type RawHandler, startRawWorkspace } from '../support/raw-workspace.ts';
import { runBin } from '../support/run-bin.ts';
import { TOKEN } from '../support/scripted.ts';

const TOOL = { name: 'only', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } };
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';

/** A server whose list of tools never ends, and which takes modern messages only as the revision writes them. */
async function start(prompts: RawHandler = answer({ messages: [] }), more: Record<string, RawHandler> = {}) {
  const discover: RawHandler = (call, response) => {
    const meta = JSON.parse(call.body).params?._meta ?? {};
    const isWhole = meta[CAPABILITIES] !== undefined;
    const refused = { code: -32602, message: `params._meta lacks ${CAPABILITIES}` };
    const result = { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } };
    response.writeHead(isWhole ? 200 : 400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, ...(isWhole ? { result } : { error: refused }) }));
  };
  const workspace = await startRawWorkspace({
    'tools/list': answer({ tools: [TOOL], nextCursor: 'again' }),
    'server/discover': discover,
    'prompts/get': prompts,
    ...more,
  });
  const { env } = toWorkspace({ host: workspace.host, token: TOKEN, connection: 'x' });
  const run = (...words: string[]) => runBin({ args: [...words, '--url', '/mcp'], env, timeoutMs: 30_000 });
  return { workspace, run };
}

test('doctor counts distinct tools of a list whose cursor repeats, and stops there (T214)', async () => {
  const { run, workspace } = await start();
  const { stdout } = await run('doctor', '--json');
  const { steps } = JSON.parse(stdout) as { steps: { name: string; status: string; says: string }[] };
  const says = (name: string) => steps.find((step) => step.name === name);
  expect(says('route endpoint')?.says).toMatch(/\b1 tools\b/);
  expect(says('route endpoint')?.says).toContain('2026-07-28 gets through');
  expect(says('sign-in')).toMatchObject({ status: 'skipped', says: expect.stringContaining('"identity" shows') });
  expect(workspace.of('tools/list').length).toBeLessThanOrEqual(3);
}, 30_000);

test('call stops at a cursor that repeats (T214)', async () => {
  const { run, workspace } = await start();
  expect(await run('call', 'only')).toMatchObject({ code: 0 });
  expect(workspace.of('tools/call')).toHaveLength(1);
  expect(workspace.of('tools/list').length).toBeLessThanOrEqual(3);
});

test('doctor sees a hop that drops Mcp-Name', async () => {
  const { run, workspace } = await start((call, response) => {
    const error = { code: -32020, message: 'Mcp-Name does not match the body' };
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, error }));
  });
  const { stdout } = await run('doctor');
  expect(stdout).toContain('headers of 2026-07-28 are lost');
  expect(workspace.of('prompts/get')[0]?.headers['mcp-name']).toBe('uc-mcp-bridge-probe');
  expect(workspace.of('tools/call')).toEqual([]);
}, 30_000);

test.each(['yes', 'no'])(
  'doctor sees whether a hop drops Mcp-Param: %s',
  async (drops) => {
    const required = ['owner', 'repo'];
    const properties = { owner: { type: 'string', 'x-mcp-header': 'owner' }, repo: { type: 'string' } };
    const tool = { name: 'read', inputSchema: { type: 'object', properties, required } };
    const { run, workspace } = await start(undefined, {
      'tools/list': answer({
        tools: [
          { ...tool, name: 'write' },
          { ...tool, annotations: { readOnlyHint: true } },
        ],
      }),
      'tools/call': (call, response) => {
        const error = { code: drops === 'yes' ? -32020 : -32602, message: 'refused' };
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, error }));
      },
    });
    const { stdout } = await run('doctor');
    expect(stdout).toContain(drops === 'yes' ? 'headers of 2026-07-28 are lost' : '2026-07-28 gets through');
    for (const { body, headers } of workspace.of('tools/call')) {
      expect(headers['mcp-param-owner']).toBe('uc-mcp-bridge-probe');
      expect(JSON.parse(body).params).toMatchObject({ name: 'read', arguments: { owner: 'uc-mcp-bridge-probe' } });
      expect(body).not.toContain('repo');
    }
    expect(workspace.of('tools/call').length).toBeGreaterThan(0);
  },
  30_000,
);
