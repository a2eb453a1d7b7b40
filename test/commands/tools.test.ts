import { describe, expect, it } from 'vitest';
import { runBin } from '../support/run-bin.ts';

describe('tools', () => {
  it('lists each tool with its mark and first sentence', async () => {
    const { code, stdout } = await runBin({ args: ['tools', '--sandbox'] });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^reads {3}get_me +\S/m);
    expect(stdout).toMatch(/^writes {2}issue_write +\S/m);
    expect(stdout).toMatch(/\n12 tools, 4 of them may change something\.\n$/);
  });

  it('lists what the tool policy leaves', async () => {
    const { stdout } = await runBin({ args: ['tools', '--sandbox', '--read-only'] });
    expect(stdout).not.toContain('writes');
    expect(stdout).toContain('8 tools, 0 of them may change something.');
  });

  it('shows the arguments of one tool and an example call that works', async () => {
    const { code, stdout } = await runBin({ args: ['tools', 'list_issues', '--sandbox'] });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}owner {2}string, required$/m);
    const [, args = ''] = /uc-mcp-bridge call list_issues --args '(.*)'/.exec(stdout) ?? [];
    expect(Object.keys(JSON.parse(args))).toEqual(expect.arrayContaining(['owner', 'repo']));
  });

  it('prints JSON as the server wrote the tools', async () => {
    const { stdout } = await runBin({ args: ['tools', 'get_me', '--sandbox', '--json'] });
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'get_me', inputSchema: { type: 'object' } }]);
  });

  it('refuses a name that the server does not list', async () => {
    const { code, stderr } = await runBin({ args: ['tools', 'no_such_tool', '--sandbox'] });
    expect(code).toBe(64);
    expect(stderr).toContain('The server lists no tool "no_such_tool".');
  });
});
