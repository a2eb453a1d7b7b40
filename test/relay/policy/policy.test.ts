import { describe, expect, it } from 'vitest';
import { matcher } from '../../../src/relay/policy/globs.ts';
import { PolicyRules, policyHeaders, type Tool, type ToolPolicy } from '../../../src/relay/policy/policy.ts';
import { withoutTools } from '../../../src/relay/policy/tool-list.ts';

const NOTHING: ToolPolicy = { readOnly: false, toolsets: undefined, tools: undefined, excludeTools: undefined };

function judged(policy: Partial<ToolPolicy>, name: string, listed?: Partial<Tool>, filtered = true): string {
  const tool = listed && { name, readOnlyHint: undefined, ...listed };
  const verdict = new PolicyRules({ ...NOTHING, ...policy }, matcher).judge(name, tool, filtered);
  return verdict.is === 'allowed' ? 'allowed' : `${verdict.is} ${verdict.by}`;
}

describe('a tool policy', () => {
  it.each<[string, Partial<ToolPolicy>, string, Partial<Tool> | undefined, string]>([
    ['read-only takes what only reads', { readOnly: true }, 'get_me', { readOnlyHint: true }, 'allowed'],
    ['and not what writes', { readOnly: true }, 'issue_write', { readOnlyHint: false }, 'excluded --read-only'],
    ['nor what says nothing', { readOnly: true }, 'odd', {}, 'excluded --read-only'],
    ['nor what nobody has listed', { readOnly: true }, 'get_me', undefined, 'unlisted --read-only'],
    ['a named tool is allowed', { tools: ['get_me'] }, 'get_me', undefined, 'allowed'],
    ['others are not', { tools: ['get_me'] }, 'get_team', undefined, 'excluded --tools'],
    ['a glob stands for many', { tools: ['get_*'] }, 'get_team', undefined, 'allowed'],
    ['a glob goes over slashes and leading dots', { tools: ['*'] }, '.a/b', undefined, 'allowed'],
    ['an exclusion wins', { tools: ['*'], excludeTools: ['*_write'] }, 'issue_write', {}, 'excluded --exclude-tools'],
    ['a question mark is one character', { excludeTools: ['get_m?'] }, 'get_mee', {}, 'allowed'],
    ['letters count as they are', { tools: ['get_me'] }, 'Get_Me', {}, 'excluded --tools'],
    ['a tool of the toolset is allowed', { toolsets: ['issues'] }, 'issue_write', undefined, 'allowed'],
    ['one of another is not', { toolsets: ['issues'] }, 'get_me', {}, 'excluded --toolsets'],
    ['tools add to toolsets', { toolsets: ['issues'], tools: ['get_me'] }, 'get_me', {}, 'allowed'],
    ['default stands for several', { toolsets: ['default'] }, 'get_file_contents', undefined, 'allowed'],
    ['but not for all', { toolsets: ['default'] }, 'create_gist', undefined, 'excluded --toolsets'],
    ['all stands for all', { toolsets: ['all'] }, 'what_is_new', undefined, 'allowed'],
    [
      'read-only holds within toolsets',
      { readOnly: true, toolsets: ['issues'] },
      'issue_write',
      { readOnlyHint: false },
      'excluded --read-only',
    ],
    [
      'a tool that is newer than we are has to be listed',
      { toolsets: ['issues'] },
      'issue_new',
      undefined,
      'unlisted --toolsets',
    ],
  ])('%s', (_, policy, name, listed, verdict) => {
    expect(judged(policy, name, listed)).toBe(verdict);
  });

  it('lets a tool that it does not know pass only where the server keeps to the toolsets', () => {
    expect(judged({ toolsets: ['issues'] }, 'issue_new', {}, true)).toBe('allowed');
    expect(judged({ toolsets: ['issues'] }, 'issue_new', {}, false)).toBe('excluded --toolsets');
    const rules = new PolicyRules({ ...NOTHING, toolsets: ['issues'] }, matcher);
    expect(rules.isFiltered(['issue_read', 'issue_new'])).toBe(true);
    expect(rules.isFiltered(['issue_read', 'delete_file'])).toBe(false);
  });
});

describe("GitHub's headers", () => {
  it.each<[Partial<ToolPolicy>, Record<string, string>]>([
    [{}, {}],
    [{ readOnly: true }, { 'X-MCP-Readonly': 'true' }],
    [{ toolsets: ['repos', 'issues'] }, { 'X-MCP-Toolsets': 'repos,issues' }],
    [{ tools: ['get_me', 'issue_read'] }, { 'X-MCP-Tools': 'get_me,issue_read' }],
    [{ tools: ['get_*'], toolsets: ['issues'] }, { 'X-MCP-Toolsets': 'all' }],
    [{ excludeTools: ['delete_file', 'push_*'] }, { 'X-MCP-Exclude-Tools': 'delete_file' }],
    [{ excludeTools: ['push_*'] }, {}],
  ])('%j are %j', (policy, headers) => {
    expect(policyHeaders({ ...NOTHING, ...policy })).toEqual(headers);
  });
});

describe('a list without some of its tools', () => {
  const text =
    '{"id":1.0,"result":{"tools":[ {"name":"a","n":1e400} , {"name":"b"},{"noName":1}],"ttlMs":9007199254740993}}';

  it('is unchanged in all the rest', () => {
    expect(withoutTools(text, ({ name }) => name === 'a')).toBe(
      '{"id":1.0,"result":{"tools":[{"name":"a","n":1e400}],"ttlMs":9007199254740993}}',
    );
  });

  it('is the same text where all are kept', () => {
    const whole = text.replace(',{"noName":1}', '');
    expect(withoutTools(whole, () => true)).toBe(whole);
  });

  it('is the same text where there is no list', () => {
    for (const odd of ['{"error":{"code":1}}', '{"result":{"tools":{}}}', '{"result":null}']) {
      expect(withoutTools(odd, () => false)).toBe(odd);
    }
  });
});
