import * as z from 'zod';
import type { Issue, Repository } from '../store.ts';
import { fields, owner, page, perPage, repo } from './arguments.ts';
import { findIssue, findRepository, resolveRepository } from './find.ts';
import { pageAfter, pageOf, pick } from './paging.ts';
import { notFound, Refusal } from './refusal.ts';
import { matches, parseQuery } from './search-query.ts';
import { apiPath, commentShape, issueShape, listedIssueShape, webUrl } from './shapes.ts';
import { defineTool, json, type Tool } from './tool.ts';

export const listIssues: Tool = defineTool({
  name: 'list_issues',
  annotations: { idempotentHint: false, readOnlyHint: true, title: 'List issues' },
  description:
    'Lists the issues of a repository, newest first unless told otherwise. Pass `endCursor` of `pageInfo` as `after` to go on.',
  input: {
    after: z.string().optional().describe('Cursor that the last page ended with'),
    direction: z.enum(['ASC', 'DESC']).optional().describe('Direction of the order; needs `orderBy`'),
    fields: fields('number', 'title', 'body', 'state', 'user', 'labels', 'comments', 'created_at', 'updated_at'),
    labels: z.array(z.string()).optional().describe('Only issues that bear one of these labels'),
    orderBy: z
      .enum(['CREATED_AT', 'UPDATED_AT', 'COMMENTS'])
      .optional()
      .describe('What to order by; needs `direction`'),
    owner,
    perPage,
    repo,
    since: z.string().optional().describe('Only issues changed at or after this moment, ISO 8601'),
    state: z.enum(['OPEN', 'CLOSED']).optional().describe('Only issues in this state; both if left out'),
  },
  run(store, args) {
    const repository = resolveRepository(store, args, 'list issues');
    const found = [...repository.issues.values()].filter(
      (issue) =>
        (args.state === undefined || issue.state === args.state.toLowerCase()) &&
        (args.labels === undefined || issue.labels.some((label) => args.labels?.includes(label))) &&
        (args.since === undefined || Date.parse(issue.updatedAt) >= Date.parse(args.since)),
    );
    found.sort(ascendingBy(args.orderBy ?? 'CREATED_AT'));
    if (args.direction !== 'ASC') found.reverse();
    const { items, pageInfo } = pageAfter(found, args);
    return json({ issues: pick(items.map(listedIssueShape), args.fields), totalCount: found.length, pageInfo });
  },
});

export const issueRead: Tool = defineTool({
  name: 'issue_read',
  annotations: { idempotentHint: false, readOnlyHint: true, title: 'Get issue details' },
  description: 'Reads one issue, or what belongs to it: comments, labels, parent, sub-issues.',
  input: {
    issue_number: z.number().describe('Number of the issue in its repository'),
    method: z
      .enum(['get', 'get_comments', 'get_sub_issues', 'get_parent', 'get_labels'])
      .describe('What to read: the issue itself (`get`) or what the name says'),
    owner,
    page,
    perPage,
    repo,
  },
  run(store, args) {
    const repository = findRepository(store, args, 'get issue');
    const issue = findIssue(repository, args.issue_number, 'get issue');
    switch (args.method) {
      case 'get':
        return json(issueShape(repository, issue));
      case 'get_comments':
        return json(pageOf(issue.comments, args).map((comment) => commentShape(issueUrl(repository, issue), comment)));
      case 'get_labels':
        return json({ labels: issue.labels.map((name) => ({ name })), totalCount: issue.labels.length });
      case 'get_parent':
        return json({ parent: null });
      case 'get_sub_issues':
        return json([]);
    }
  },
});

export const issueWrite: Tool = defineTool({
  name: 'issue_write',
  annotations: { idempotentHint: false, readOnlyHint: false, title: 'Create or update issue/pull request' },
  description: 'Opens a new issue, or changes one: title, text, labels, assignees, state.',
  input: {
    assignees: z.array(z.string()).optional().describe('Logins of those who shall see to it'),
    body: z.string().optional().describe('Text of the issue, Markdown'),
    issue_number: z.number().optional().describe('Number of the issue to change; `update` needs it'),
    labels: z.array(z.string()).optional().describe('Labels, in place of those it has'),
    method: z.enum(['create', 'update']).describe('`create` opens an issue, `update` changes one'),
    owner,
    repo,
    state: z.enum(['open', 'closed']).optional().describe('State to bring the issue into'),
    state_reason: z.enum(['completed', 'not_planned', 'duplicate']).optional().describe('Why it is closed'),
    title: z.string().optional().describe('Title of the issue; `create` needs it'),
  },
  run(store, args) {
    const { assignees, body, issue_number, labels, state, state_reason, title } = args;
    const doing = `${args.method} issue`;
    const repository = store.repository(args.owner, args.repo);
    if (args.method === 'create') {
      if (!title) throw new Refusal('missing required parameter: title');
      if (repository === undefined)
        throw notFound(doing, `${apiPath({ owner: args.owner, name: args.repo })}/issues`, 'POST');
      return written(repository, store.createIssue(repository, { title, body, labels, assignees }));
    }
    if (issue_number === undefined) throw new Refusal('missing required parameter: issue_number');
    const issue = repository?.issues.get(issue_number);
    if (repository === undefined || issue === undefined) {
      throw notFound(doing, `${apiPath({ owner: args.owner, name: args.repo })}/issues/${issue_number}`, 'PATCH');
    }
    store.updateIssue(repository, issue, { title, body, labels, assignees, state, stateReason: state_reason });
    return written(repository, issue);
  },
});

export const addIssueComment: Tool = defineTool({
  name: 'add_issue_comment',
  annotations: { idempotentHint: false, readOnlyHint: false, title: 'Add comment to issue or pull request' },
  description: 'Writes a comment under an issue or a pull request; for the latter, give its number as `issue_number`.',
  input: {
    body: z
      .string()
      .min(1)
      .optional()
      .describe('Text of the comment, Markdown; always needed, as there are no reactions'),
    issue_number: z.number().describe('Number of the issue or pull request'),
    owner,
    repo,
  },
  run(store, args) {
    if (args.body === undefined) throw new Refusal('missing required parameter: body');
    const path = `${apiPath({ owner: args.owner, name: args.repo })}/issues/${args.issue_number}/comments`;
    const repository = store.repository(args.owner, args.repo);
    const issue = repository?.issues.get(args.issue_number);
    const thread = issue ?? repository?.pullRequests.get(args.issue_number);
    if (repository === undefined || thread === undefined) throw notFound('create comment', path, 'POST');
    const comment = store.comment(repository, thread, args.body);
    const threadUrl = `${webUrl(repository)}/${issue ? 'issues' : 'pull'}/${thread.number}`;
    return json({ id: String(comment.id), url: `${threadUrl}#issuecomment-${comment.id}` });
  },
});

export const searchIssues: Tool = defineTool({
  name: 'search_issues',
  annotations: { idempotentHint: false, readOnlyHint: true, title: 'Search issues' },
  description: 'Looks for issues by words in title and text, and by repo, state, label or author, in all repositories.',
  input: {
    fields: fields(
      'number',
      'title',
      'body',
      'state',
      'state_reason',
      'html_url',
      'user',
      'labels',
      'assignees',
      'comments',
      'created_at',
      'updated_at',
      'closed_at',
    ),
    order: z.enum(['asc', 'desc']).optional().describe('Direction of the order'),
    owner: owner.optional(),
    page,
    perPage,
    query: z.string().describe('Words and qualifiers, such as `sensor state:open label:bug`'),
    repo: repo.optional(),
    sort: z.enum(['comments', 'created', 'updated']).optional().describe('What to order by'),
  },
  run(store, args) {
    const query = parseQuery(args.query);
    const found = store
      .repositories()
      .filter((repository) => !args.owner || !args.repo || repository === store.repository(args.owner, args.repo))
      .flatMap((repository) => [...repository.issues.values()].map((issue) => ({ repository, issue })))
      .filter(({ repository, issue }) => matches(query, `${issue.title} ${issue.body}`, facts(repository, issue)));
    const order = ascendingBy(
      args.sort === 'comments' ? 'COMMENTS' : args.sort === 'updated' ? 'UPDATED_AT' : 'CREATED_AT',
    );
    found.sort((a, b) => order(a.issue, b.issue));
    if (args.order !== 'asc') found.reverse();
    const items = pageOf(found, args).map(({ repository, issue }) => issueShape(repository, issue));
    return json({ total_count: found.length, incomplete_results: false, items: pick(items, args.fields) });
  },
});

function written(repository: Repository, issue: Issue): ReturnType<typeof json> {
  return json({ id: String(issue.id), url: issueUrl(repository, issue) });
}

function issueUrl(repository: Repository, issue: Issue): string {
  return `${webUrl(repository)}/issues/${issue.number}`;
}

function facts({ name, owner }: Repository, issue: Issue): Map<string, readonly string[]> {
  return new Map<string, readonly string[]>([
    ['repo', [`${owner}/${name}`]],
    ['user', [owner]],
    ['org', [owner]],
    ['is', ['issue', issue.state]],
    ['state', [issue.state]],
    ['label', issue.labels],
    ['author', [issue.author]],
    ['assignee', issue.assignees],
  ]);
}

function ascendingBy(order: 'CREATED_AT' | 'UPDATED_AT' | 'COMMENTS'): (a: Issue, b: Issue) => number {
  switch (order) {
    case 'CREATED_AT':
      return (a, b) => a.createdAt.localeCompare(b.createdAt);
    case 'UPDATED_AT':
      return (a, b) => a.updatedAt.localeCompare(b.updatedAt);
    case 'COMMENTS':
      return (a, b) => a.comments.length - b.comments.length;
  }
}
