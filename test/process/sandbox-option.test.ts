import { expect, test } from 'vitest';
import { startBridge } from '../support/bridge.ts';

const LIGHTHOUSE = { owner: 'octo-sandbox', repo: 'lighthouse' };

test.each([
  ['--sandbox', ['--sandbox'], {}],
  ['serve --sandbox', ['serve', '--sandbox'], {}],
  ['UC_MCP_SANDBOX', [], { UC_MCP_SANDBOX: 'on' }],
])('with %s it serves the embedded sandbox, with nothing to set up', async (_what, args, env) => {
  const bridge = startBridge({ args, env });
  expect(await bridge.initialize()).toHaveProperty('result.serverInfo.name', 'github-mcp-server-sandbox');
  const created = { method: 'create', ...LIGHTHOUSE, title: 'seen again' };
  expect(await bridge.call(1, 'tools/call', { name: 'issue_write', arguments: created })).toHaveProperty('result');
  const listed = await bridge.call(2, 'tools/call', { name: 'list_issues', arguments: LIGHTHOUSE });
  expect(JSON.stringify(listed.result)).toContain('seen again');
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
});
