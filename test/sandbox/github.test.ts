import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createGitHubServer } from '../../src/sandbox/github.ts';
import { Ledger } from '../../src/sandbox/ledger.ts';
import { seededStore } from '../../src/sandbox/seed.ts';
import { blobSha } from '../../src/sandbox/store.ts';

const lighthouse = { owner: 'octo-sandbox', repo: 'lighthouse' };
const TEMPLATE = { type: 'ref/resource', uri: 'repo://{owner}/{repo}/contents/{+path}' } as const;

let client: Client;
let ledger: Ledger;

beforeEach(async () => {
  ledger = new Ledger();
  client = await connect(ledger);
});

async function connect(ledger: Ledger, delayMs?: (tool: string) => number, closing = new AbortController()) {
  const server = createGitHubServer({ store: seededStore(), ledger, delayMs, closing: closing.signal });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'test', version: '1' });
  await Promise.all([server.connect(far), client.connect(near)]);
  onTestFinished(() => client.close());
  return client;
}

async function call(name: string, args: Record<string, unknown> = {}): Promise<CallToolResult> {
  return (await client.callTool({ name, arguments: args })) as CallToolResult;
}

function textOf(result: CallToolResult): string {
  const [block] = result.content;
  return block?.type === 'text' ? block.text : '';
}

async function read(name: string, args: Record<string, unknown> = {}) {
  const result = await call(name, args);
  expect(result.isError, textOf(result)).toBeUndefined();
  return JSON.parse(textOf(result));
}

async function refusal(name: string, args: Record<string, unknown> = {}): Promise<string> {
  const result = await call(name, args);
  expect(result.isError).toBe(true);
  return textOf(result);
}

describe('what the server says of itself', () => {
  test('it has the capabilities of the real one and announces no list changes', () => {
    expect(client.getServerCapabilities()).toEqual({ completions: {}, prompts: {}, resources: {}, tools: {} });
    expect(client.getServerVersion()?.name).toBe('github-mcp-server-sandbox');
    expect(client.getInstructions()).toContain('sandbox');
  });

  test('its tools bear the names and the annotations of the real ones', async () => {
    const { tools } = await client.listTools();
    const reads = (title: string) => ({ title, readOnlyHint: true, idempotentHint: false });
    const writes = (title: string) => ({ title, readOnlyHint: false, idempotentHint: false });
    expect(Object.fromEntries(tools.map((tool) => [tool.name, tool.annotations]))).toEqual({
      add_issue_comment: writes('Add comment to issue or pull request'),
      create_or_update_file: writes('Create or update file'),
      delete_file: { ...writes('Delete file'), destructiveHint: true },
      get_file_contents: reads('Get file or directory contents'),
      get_me: reads('Get my user profile'),
      issue_read: reads('Get issue details'),
      issue_write: writes('Create or update issue/pull request'),
      list_issues: reads('List issues'),
      list_pull_requests: reads('List pull requests'),
      pull_request_read: reads('Get details for a single pull request'),
      search_issues: reads('Search issues'),
      search_repositories: reads('Search repositories'),
    });
  });

  test('it marks owner and repo of every tool for a header', async () => {
    const { tools } = await client.listTools();
    const marks = tools.flatMap(({ inputSchema: { properties = {} } }) =>
      Object.entries(properties).map(([name, schema]) => [name, (schema as Record<string, unknown>)['x-mcp-header']]),
    );
    const marked = marks.filter(([, mark]) => mark !== undefined);
    expect(new Set(marked.map(([name, mark]) => `${name}=${mark}`))).toEqual(new Set(['owner=owner', 'repo=repo']));
    expect(marked).toHaveLength(marks.filter(([name]) => name === 'owner' || name === 'repo').length);
  });

  test('its schemas are plain objects with properties, and list what is required only where something is', async () => {
    const { tools } = await client.listTools();
    const schemaOf = (name: string) => tools.find((tool) => tool.name === name)?.inputSchema;
    expect(schemaOf('get_me')).toEqual({ type: 'object', properties: {} });
    expect(Object.keys(schemaOf('issue_write') ?? {}).sort()).toEqual(['properties', 'required', 'type']);
    expect(schemaOf('issue_write')?.required).toEqual(['method', 'owner', 'repo']);
    expect(schemaOf('get_file_contents')?.required).toEqual(['owner', 'repo']);
  });
});

describe('issues', () => {
  test('a created issue is the first in the list, and can be read under the address that was given', async () => {
    const created = await read('issue_write', {
      method: 'create',
      ...lighthouse,
      title: 'Bulb is broken',
      body: 'Since 🌙',
      labels: ['bug'],
    });
    expect(created).toEqual({
      id: expect.stringMatching(/^\d+$/),
      url: 'https://github.com/octo-sandbox/lighthouse/issues/5',
    });
    const { issues, totalCount } = await read('list_issues', lighthouse);
    expect(totalCount).toBe(4);
    expect(issues[0]).toMatchObject({ number: 5, title: 'Bulb is broken', state: 'OPEN', labels: ['bug'] });
    expect(await read('issue_read', { method: 'get', ...lighthouse, issue_number: 5 })).toMatchObject({
      body: 'Since 🌙',
      html_url: created.url,
      user: { login: 'octo-sandbox' },
    });
  });

  test('the same calls give the same answers in another sandbox', async () => {
    const create = { method: 'create', ...lighthouse, title: 'Twice' };
    await read('issue_write', create);
    const here = await read('issue_read', { method: 'get', ...lighthouse, issue_number: 5 });
    client = await connect(new Ledger());
    await read('issue_write', create);
    expect(await read('issue_read', { method: 'get', ...lighthouse, issue_number: 5 })).toEqual(here);
  });

  test('a closed issue leaves the open ones, and comes back when it is reopened', async () => {
    const openNumbers = async () =>
      (await read('list_issues', { ...lighthouse, state: 'OPEN' })).issues.map(
        (issue: { number: number }) => issue.number,
      );
    expect(await openNumbers()).toEqual([2, 1]);
    const update = { method: 'update', ...lighthouse, issue_number: 1 };
    await read('issue_write', { ...update, state: 'closed', state_reason: 'not_planned' });
    expect(await openNumbers()).toEqual([2]);
    const closed = await read('issue_read', { method: 'get', ...lighthouse, issue_number: 1 });
    expect(closed).toMatchObject({ state: 'closed', state_reason: 'not_planned', closed_at: closed.updated_at });
    await read('issue_write', { ...update, state: 'open' });
    expect(await openNumbers()).toEqual([2, 1]);
  });

  test('an update leaves alone what it does not name', async () => {
    const before = await read('issue_read', { method: 'get', ...lighthouse, issue_number: 1 });
    await read('issue_write', { method: 'update', ...lighthouse, issue_number: 1, title: 'New title' });
    const after = await read('issue_read', { method: 'get', ...lighthouse, issue_number: 1 });
    expect(after).toEqual({ ...before, title: 'New title', updated_at: after.updated_at });
    expect(after.updated_at > before.updated_at).toBe(true);
  });

  test('a comment is there under issues and under pull requests', async () => {
    const body = 'Seen it too.';
    const onIssue = await read('add_issue_comment', { ...lighthouse, issue_number: 2, body });
    expect(onIssue.url).toBe(`https://github.com/octo-sandbox/lighthouse/issues/2#issuecomment-${onIssue.id}`);
    expect(await read('issue_read', { method: 'get_comments', ...lighthouse, issue_number: 2 })).toMatchObject([
      { body, html_url: onIssue.url },
    ]);
    const onPull = await read('add_issue_comment', { ...lighthouse, issue_number: 4, body });
    expect(await read('pull_request_read', { method: 'get_comments', ...lighthouse, pullNumber: 4 })).toMatchObject([
      { body, html_url: onPull.url },
    ]);
  });

  test('cursors lead through the whole list, each issue once', async () => {
    const numbers: number[] = [];
    let after: string | undefined;
    do {
      const page = await read('list_issues', { ...lighthouse, perPage: 2, after });
      numbers.push(...page.issues.map((issue: { number: number }) => issue.number));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : undefined;
    } while (after !== undefined);
    expect(numbers).toEqual([3, 2, 1]);
  });

  test('fields keep only what they name', async () => {
    const { issues } = await read('list_issues', { ...lighthouse, fields: ['number', 'state'], perPage: 1 });
    expect(issues).toEqual([{ number: 3, state: 'CLOSED' }]);
  });

  test.each([
    ['sensor', ['lighthouse#1']],
    ['label:"good first issue"', ['lighthouse#2']],
    ['state:closed', ['lighthouse#3']],
    ['repo:octo-sandbox/tide-tables is:open', ['tide-tables#1']],
    ['author:HARBOUR-MASTER', ['lighthouse#2', 'lighthouse#1']],
    ['nothing-has-this-word', []],
  ])('a search for %s finds the right ones', async (query, found) => {
    const { items, total_count } = await read('search_issues', { query });
    const names = items.map(({ html_url, number }: { html_url: string; number: number }) => {
      const [, repository] = /octo-sandbox\/([^/]+)/.exec(html_url) ?? [];
      return `${repository}#${number}`;
    });
    expect(names).toEqual(found);
    expect(total_count).toBe(found.length);
  });
});

describe('repositories and files', () => {
  test('a repository is found whatever the case of its name', async () => {
    const shouted = { owner: 'OCTO-sandbox', repo: 'LightHouse' };
    expect((await read('list_issues', shouted)).totalCount).toBe(3);
    expect((await read('search_issues', { query: 'is:issue', ...shouted })).total_count).toBe(3);
    expect((await read('search_issues', { query: 'is:issue' })).total_count).toBe(5);
  });

  test.each([
    ['user:octo-sandbox', ['lighthouse', 'tide-tables', 'field-notes']],
    ['tide', ['tide-tables']],
    ['language:typescript', ['lighthouse']],
    ['topic:unicode', ['field-notes']],
  ])('a search for %s finds the right ones', async (query, names) => {
    const { items } = await read('search_repositories', { query });
    expect(items.map((item: { name: string }) => item.name)).toEqual(names);
  });

  test('a file comes as a resource beside its SHA', async () => {
    const { content } = await call('get_file_contents', { ...lighthouse, path: 'src/lamp.ts' });
    const resource = content[1]?.type === 'resource' ? content[1].resource : undefined;
    const text = resource && 'text' in resource ? resource.text : '';
    expect(text).toContain('The lamp is lit.');
    expect(content[0]).toEqual({ type: 'text', text: `successfully downloaded text file (SHA: ${blobSha(text)})` });
  });

  test('blob SHAs are those of git', () => {
    expect(blobSha('hello\n')).toBe('ce013625030ba8dba906f756967f9e9ca394464a');
  });

  test('a folder is listed, folders first', async () => {
    const entries = await read('get_file_contents', { ...lighthouse, fields: ['type', 'path'] });
    expect(entries).toEqual([
      { type: 'dir', path: 'src' },
      { type: 'dir', path: 'docs' },
      { type: 'file', path: 'README.md' },
      { type: 'file', path: 'package.json' },
    ]);
  });

  test('a file is replaced only by who knows what it replaces', async () => {
    const write = { ...lighthouse, path: 'notes.txt', branch: 'main', message: 'Write' };
    const { content } = await read('create_or_update_file', { ...write, content: 'one' });
    expect(content.sha).toBe(blobSha('one'));
    expect(await refusal('create_or_update_file', { ...write, content: 'two' })).toContain(blobSha('one'));
    expect(await refusal('create_or_update_file', { ...write, content: 'two', sha: blobSha('x') })).toContain('stale');
    await read('create_or_update_file', { ...write, content: 'two', sha: content.sha });
    const { contents } = await client.readResource({ uri: 'repo://octo-sandbox/lighthouse/contents/notes.txt' });
    expect(contents).toMatchObject([{ text: 'two' }]);
  });

  test('a deleted file is gone', async () => {
    const file = { ...lighthouse, path: 'docs/deploy.md' };
    await read('delete_file', { ...file, branch: 'main', message: 'Delete' });
    expect(await refusal('get_file_contents', file)).toContain('404 Not Found');
  });
});

describe('pull requests', () => {
  test('only open ones are listed unless told otherwise', async () => {
    const tideTables = { owner: 'octo-sandbox', repo: 'tide-tables' };
    expect(await read('list_pull_requests', tideTables)).toEqual([]);
    expect(await read('list_pull_requests', { ...tideTables, state: 'all' })).toMatchObject([
      { number: 2, state: 'closed', merged: true, changed_files: 1, additions: 1, deletions: 0 },
    ]);
  });

  test('the diff is text, not JSON', async () => {
    const result = await call('pull_request_read', { method: 'get_diff', ...lighthouse, pullNumber: 4 });
    expect(textOf(result)).toMatch(/^diff --git a\/src\/lamp\.ts b\/src\/lamp\.ts\n--- a/);
  });

  test.each(['get', 'get_status', 'get_files', 'get_commits', 'get_review_comments', 'get_reviews', 'get_check_runs'])(
    '%s answers with JSON',
    async (method) => {
      expect(await read('pull_request_read', { method, ...lighthouse, pullNumber: 4 })).toBeTypeOf('object');
    },
  );
});

describe('refusals', () => {
  test.each([
    ['issue_write', { method: 'create', repo: 'lighthouse' }, 'missing required parameter: owner'],
    ['issue_write', { method: 'create', ...lighthouse }, 'missing required parameter: title'],
    ['issue_write', { method: 'update', ...lighthouse }, 'missing required parameter: issue_number'],
    ['add_issue_comment', { ...lighthouse, issue_number: 1 }, 'missing required parameter: body'],
    ['list_issues', { owner: 5, repo: 'lighthouse' }, 'parameter owner is not of type string'],
    [
      'list_issues',
      { owner: 'octo-sandbox', repo: 'none' },
      "failed to list issues: Could not resolve to a Repository with the name 'octo-sandbox/none'.",
    ],
    [
      'issue_read',
      { method: 'get', ...lighthouse, issue_number: 99 },
      'failed to get issue: GET https://api.github.com/repos/octo-sandbox/lighthouse/issues/99: 404 Not Found []',
    ],
    [
      'issue_write',
      { method: 'update', ...lighthouse, issue_number: 99, state: 'closed' },
      'failed to update issue: PATCH https://api.github.com/repos/octo-sandbox/lighthouse/issues/99: 404 Not Found []',
    ],
    [
      'get_file_contents',
      { ...lighthouse, path: 'README.md', ref: 'other' },
      'failed to get file contents: GET https://api.github.com/repos/octo-sandbox/lighthouse/git/ref/heads/other: 404 Not Found []',
    ],
  ])('%s with %j is a result that says so', async (name, args, text) => {
    expect(await refusal(name, args)).toBe(text);
  });

  test('an unknown tool is an error and not a result', async () => {
    await expect(call('nope')).rejects.toMatchObject({
      code: -32602,
      message: 'MCP error -32602: unknown tool "nope"',
    });
  });

  test('a resource that is not there is an error with code 0', async () => {
    const uri = 'repo://octo-sandbox/lighthouse/contents/none.md';
    await expect(client.readResource({ uri })).rejects.toMatchObject({ code: 0 });
  });
});

describe('prompts, resources and completion', () => {
  test('a prompt is filled with its arguments', async () => {
    const { messages } = await client.getPrompt({ name: 'triage_open_issues', arguments: lighthouse });
    expect(messages).toMatchObject([
      { role: 'user', content: { text: expect.stringContaining('octo-sandbox/lighthouse') } },
    ]);
    expect((await client.listPrompts()).prompts).toHaveLength(2);
  });

  test('both resources can be read', async () => {
    const { resources } = await client.listResources();
    expect(resources.map((resource) => resource.uri)).toEqual(['sandbox://guide', 'sandbox://repositories']);
    const { contents } = await client.readResource({ uri: 'sandbox://repositories' });
    expect(contents).toMatchObject([
      { mimeType: 'application/json', text: expect.stringContaining('octo-sandbox/lighthouse') },
    ]);
    expect((await client.readResource({ uri: 'sandbox://guide' })).contents).toMatchObject([
      { text: expect.stringContaining('# The sandbox') },
    ]);
  });

  test('a file in a folder can be read under the template', async () => {
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map((template) => template.uriTemplate)).toEqual([TEMPLATE.uri]);
    const { contents } = await client.readResource({
      uri: 'repo://octo-sandbox/field-notes/contents/notes/scripts.md',
    });
    expect(contents).toMatchObject([{ text: expect.stringContaining('灯台') }]);
  });

  test('arguments are completed from what is known so far', async () => {
    const complete = async (ref: Parameters<Client['complete']>[0]['ref'], name: string, value: string, known = {}) =>
      (await client.complete({ ref, argument: { name, value }, context: { arguments: known } })).completion.values;
    const prompt = { type: 'ref/prompt', name: 'triage_open_issues' } as const;
    expect(await complete(prompt, 'owner', 'octo')).toEqual(['octo-sandbox']);
    expect(await complete(prompt, 'repo', 'li', { owner: 'octo-sandbox' })).toEqual(['lighthouse']);
    expect(await complete(prompt, 'repo', '', { owner: 'somebody-else' })).toEqual([]);
    expect(await complete(TEMPLATE, 'repo', 'tide')).toEqual(['tide-tables']);
    expect(await complete(TEMPLATE, 'path', 's', lighthouse)).toEqual(['src/lamp.ts']);
    expect(await complete(TEMPLATE, 'path', 's')).toEqual([]);
  });
});

describe('the ledger', () => {
  test('it counts each call that reached a tool, refused ones included', async () => {
    await call('get_me');
    await call('get_me');
    await refusal('issue_read');
    await call('nope').catch(() => undefined);
    expect(ledger.snapshot()).toEqual({ get_me: 2, issue_read: 1 });
    expect(ledger.count('get_me')).toBe(2);
    expect(ledger.count('nope')).toBe(0);
    expect(ledger.total).toBe(3);
    ledger.reset();
    expect(ledger.total).toBe(0);
  });
});

describe('a delayed tool', () => {
  test('it holds up no other', async () => {
    const order: string[] = [];
    client = await connect(ledger, (tool) => (tool === 'list_issues' ? 50 : 0));
    await Promise.all([
      call('list_issues', lighthouse).then(() => order.push('slow')),
      call('get_me').then(() => order.push('fast')),
    ]);
    expect(order).toEqual(['fast', 'slow']);
  });

  test('it does nothing any more when the sandbox closes', async () => {
    const closing = new AbortController();
    client = await connect(ledger, (tool) => (tool === 'issue_write' ? 600_000 : 0), closing);
    const created = call('issue_write', { method: 'create', ...lighthouse, title: 'Never' });
    const failed = expect(created).rejects.toThrow('aborted');
    await call('get_me');
    expect(ledger.count('issue_write')).toBe(1);
    closing.abort();
    await failed;
    expect((await read('list_issues', lighthouse)).totalCount).toBe(3);
  });
});
