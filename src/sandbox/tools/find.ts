/** Finds what the arguments of a call name, or refuses the call as GitHub would. */

import type { Issue, PullRequest, Repository, Store } from '../store.ts';
import { notFound, Refusal } from './refusal.ts';
import { apiPath } from './shapes.ts';

interface RepositoryArguments {
  readonly owner: string;
  readonly repo: string;
}

/** @param doing - what the tool was about to do, for the refusal: `get issue` */
export function findRepository(store: Store, { owner, repo }: RepositoryArguments, doing: string): Repository {
  const repository = store.repository(owner, repo);
  if (repository === undefined) throw notFound(doing, apiPath({ owner, name: repo }));
  return repository;
}

/** The same for a tool that asks GraphQL, where the refusal reads differently. */
export function resolveRepository(store: Store, { owner, repo }: RepositoryArguments, doing: string): Repository {
  const repository = store.repository(owner, repo);
  if (repository === undefined) {
    throw new Refusal(`failed to ${doing}: Could not resolve to a Repository with the name '${owner}/${repo}'.`);
  }
  return repository;
}

export function findIssue(repository: Repository, number: number, doing: string): Issue {
  const issue = repository.issues.get(number);
  if (issue === undefined) throw notFound(doing, `${apiPath(repository)}/issues/${number}`);
  return issue;
}

export function findPullRequest(repository: Repository, number: number, doing: string): PullRequest {
  const pullRequest = repository.pullRequests.get(number);
  if (pullRequest === undefined) throw notFound(doing, `${apiPath(repository)}/pulls/${number}`);
  return pullRequest;
}

/** Refuses every branch but the default one, which is the only one that has files. */
export function checkBranch(repository: Repository, ref: string | undefined, doing: string): void {
  const branch = ref?.replace(/^refs\/heads\//, '');
  if (branch !== undefined && branch !== repository.defaultBranch && branch !== 'HEAD') {
    throw notFound(doing, `${apiPath(repository)}/git/ref/heads/${branch}`);
  }
}
