import * as z from 'zod';
import { commitSha, type PullRequest } from '../store.ts';
import { fields, owner, page, perPage, repo } from './arguments.ts';
import { findPullRequest, findRepository } from './find.ts';
import { pageOf, pick } from './paging.ts';
import { changedFileShape, commentShape, pullRequestShape, webUrl } from './shapes.ts';
import { defineTool, json, type Tool } from './tool.ts';

export const listPullRequests: Tool = defineTool({
  name: 'list_pull_requests',
  annotations: { idempotentHint: false, readOnlyHint: true, title: 'List pull requests' },
  description: 'Lists the pull requests of a repository, those still open unless told otherwise, newest first.',
  input: {
    base: z.string().optional().describe('Only those that go into this branch'),
    direction: z.enum(['asc', 'desc']).optional().describe('Direction of the order'),
    fields: fields(
      'number',
      'title',
      'body',
      'state',
      'draft',
      'merged',
      'html_url',
      'user',
      'labels',
      'assignees',
      'head',
      'base',
      'additions',
      'deletions',
      'changed_files',
      'commits',
      'comments',
      'created_at',
      'updated_at',
      'closed_at',
      'merged_at',
    ),
    head: z.string().optional().describe('Only the one from this branch, written `account:branch`'),
    owner,
    page,
    perPage,
    repo,
    sort: z.enum(['created', 'updated', 'popularity', 'long-running']).optional().describe('What to order by'),
    state: z.enum(['open', 'closed', 'all']).optional().describe('Only those in this state; `open` if left out'),
  },
  run(store, args) {
    const repository = findRepository(store, args, 'list pull requests');
    const state = args.state ?? 'open';
    const found = [...repository.pullRequests.values()].filter(
      (pullRequest) =>
        (state === 'all' || pullRequest.state === state) &&
        (args.base === undefined || pullRequest.base === args.base) &&
        (args.head === undefined || args.head === `${repository.owner}:${pullRequest.head}`),
    );
    found.sort(
      args.sort === 'updated' ? (a, b) => a.updatedAt.localeCompare(b.updatedAt) : (a, b) => a.number - b.number,
    );
    if (args.direction !== 'asc') found.reverse();
    const items = pageOf(found, args).map((pullRequest) => pullRequestShape(repository, pullRequest));
    return json(pick(items, args.fields));
  },
});

export const pullRequestRead: Tool = defineTool({
  name: 'pull_request_read',
  annotations: { idempotentHint: false, readOnlyHint: true, title: 'Get details for a single pull request' },
  description: 'Reads one pull request, or what belongs to it: diff, files, commits, comments, reviews, checks.',
  input: {
    after: z.string().optional().describe('Cursor for the next page of `get_review_comments`'),
    method: z
      .enum([
        'get',
        'get_diff',
        'get_status',
        'get_files',
        'get_commits',
        'get_review_comments',
        'get_reviews',
        'get_comments',
        'get_check_runs',
      ])
      .describe('What to read: the pull request itself (`get`) or what the name says'),
    owner,
    page,
    perPage,
    pullNumber: z.number().describe('Number of the pull request in its repository'),
    repo,
  },
  run(store, args) {
    const repository = findRepository(store, args, 'get pull request');
    const pullRequest = findPullRequest(repository, args.pullNumber, 'get pull request');
    const url = `${webUrl(repository)}/pull/${pullRequest.number}`;
    const headSha = commitSha(repository, pullRequest.head);
    switch (args.method) {
      case 'get':
        return json(pullRequestShape(repository, pullRequest));
      case 'get_diff':
        return { content: [{ type: 'text', text: diffOf(pullRequest) }] };
      case 'get_files':
        return json(pageOf(pullRequest.files, args).map(changedFileShape));
      case 'get_commits':
        return json([{ sha: headSha, html_url: `${url}/commits/${headSha}`, message: pullRequest.title }]);
      case 'get_comments':
        return json(pageOf(pullRequest.comments, args).map((comment) => commentShape(url, comment)));
      case 'get_status':
        return json({ state: 'success', sha: headSha, total_count: 0, statuses: [] });
      case 'get_check_runs':
        return json({ total_count: 0, check_runs: [] });
      case 'get_reviews':
        return json([]);
      case 'get_review_comments':
        return json({
          reviewThreads: [],
          totalCount: 0,
          pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: '', endCursor: '' },
        });
    }
  },
});

function diffOf(pullRequest: PullRequest): string {
  return pullRequest.files
    .map(({ patch, path }) => `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n${patch}\n`)
    .join('');
}
