/** What a client asks of the sandbox's MCP server. */

import { INITIALIZE, type Step } from './conversation.ts';

const LIGHTHOUSE = { owner: 'octo-sandbox', repo: 'lighthouse' };
const SCRIPTS = { owner: 'octo-sandbox', repo: 'field-notes', path: 'notes/scripts.md' };
const COMPLETE_IN = { type: 'ref/prompt', name: 'triage_open_issues' } as const;

export const SANDBOX_SCRIPT: readonly Step[] = [
  INITIALIZE,
  { asks: 'ping', ask: ({ client }) => client.ping(), answered: 'result' },
  { asks: 'tools/list', ask: ({ client }) => client.listTools(), answered: 'result' },
  { asks: 'a read without arguments', ...callOf('get_me') },
  { asks: 'a search', ...callOf('search_repositories', { query: 'user:octo-sandbox', sort: 'stars' }) },
  { asks: 'a file in several scripts', ...callOf('get_file_contents', SCRIPTS) },
  { asks: 'a list before the write', ...callOf('list_issues', LIGHTHOUSE) },
  {
    asks: 'a write',
    ...callOf('issue_write', {
      ...LIGHTHOUSE,
      method: 'create',
      title: 'Lamp "two"\t🗼',
      body: 'line one\r\nline two\u2028\u0000',
    }),
  },
  { asks: 'a list in which the write is seen', ...callOf('list_issues', LIGHTHOUSE) },
  { asks: 'what was written', ...callOf('issue_read', { ...LIGHTHOUSE, method: 'get', issue_number: 5 }) },
  { asks: 'a diff', ...callOf('pull_request_read', { ...LIGHTHOUSE, method: 'get_diff', pullNumber: 4 }) },
  {
    asks: 'a read that the tool refuses',
    ...callOf('issue_read', { ...LIGHTHOUSE, method: 'get', issue_number: 999 }),
    answered: 'refusal',
  },
  {
    asks: 'a write that lacks an argument',
    ...callOf('issue_write', { ...LIGHTHOUSE, method: 'create' }),
    answered: 'refusal',
  },
  { asks: 'a tool that does not exist', ...callOf('no_such_tool'), answered: 'error' },
  { asks: 'resources/list', ask: ({ client }) => client.listResources(), answered: 'result' },
  { asks: 'resources/templates/list', ask: ({ client }) => client.listResourceTemplates(), answered: 'result' },
  { asks: 'a resource', ask: ({ client }) => client.readResource({ uri: 'sandbox://guide' }), answered: 'result' },
  {
    asks: 'a resource by its template',
    ask: ({ client }) => client.readResource({ uri: 'repo://octo-sandbox/lighthouse/contents/src/lamp.ts' }),
    answered: 'result',
  },
  {
    asks: 'a file that does not exist',
    ask: ({ client }) => client.readResource({ uri: 'repo://octo-sandbox/lighthouse/contents/no/such/file' }),
    answered: 'error',
  },
  {
    asks: 'a resource that does not exist',
    ask: ({ client }) => client.readResource({ uri: 'sandbox://none' }),
    answered: 'error',
  },
  { asks: 'prompts/list', ask: ({ client }) => client.listPrompts(), answered: 'result' },
  {
    asks: 'a prompt',
    ask: ({ client }) => client.getPrompt({ name: 'triage_open_issues', arguments: LIGHTHOUSE }),
    answered: 'result',
  },
  {
    asks: 'a prompt that lacks an argument',
    ask: ({ client }) => client.getPrompt({ name: 'issue_to_fix', arguments: LIGHTHOUSE }),
    answered: 'error',
  },
  {
    asks: 'a prompt that does not exist',
    ask: ({ client }) => client.getPrompt({ name: 'none' }),
    answered: 'error',
  },
  {
    asks: 'a completion',
    ask: ({ client }) => client.complete({ ref: COMPLETE_IN, argument: { name: 'owner', value: 'o' } }),
    answered: 'result',
  },
  {
    asks: 'a completion that depends on another argument',
    ask: ({ client }) =>
      client.complete({
        ref: COMPLETE_IN,
        argument: { name: 'repo', value: '' },
        context: { arguments: { owner: 'octo-sandbox' } },
      }),
    answered: 'result',
  },
  {
    asks: 'logging/setLevel, which this server does not have',
    ask: ({ client }) => client.setLoggingLevel('warning'),
    answered: 'error',
  },
];

function callOf(name: string, args: Record<string, unknown> = {}): Pick<Step, 'ask' | 'answered'> {
  return { ask: ({ client }) => client.callTool({ name, arguments: args }), answered: 'result' };
}
