/**
 * What the sandbox's GitHub knows: a user and some repositories with files, issues and pull requests, in memory.
 *
 * Ids are counted and time is the number of writes, so that the same calls give the same answers on every run.
 */

import { createHash } from 'node:crypto';

export interface User {
  readonly login: string;
  readonly id: number;
  readonly name: string;
  readonly bio: string;
}

export interface Comment {
  readonly id: number;
  readonly author: string;
  readonly body: string;
  readonly createdAt: string;
}

/** What issues and pull requests of a repository have in common, the sequence of their numbers included. */
interface Thread {
  readonly id: number;
  readonly number: number;
  readonly author: string;
  title: string;
  body: string;
  state: 'open' | 'closed';
  labels: readonly string[];
  assignees: readonly string[];
  readonly comments: Comment[];
  readonly createdAt: string;
  updatedAt: string;
  closedAt?: string | undefined;
}

export interface Issue extends Thread {
  stateReason?: string | undefined;
}

export interface ChangedFile {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'removed';
  readonly additions: number;
  readonly deletions: number;
  /** Unified diff from the first `@@` on. */
  readonly patch: string;
}

export interface PullRequest extends Thread {
  readonly draft: boolean;
  readonly merged: boolean;
  readonly head: string;
  readonly base: string;
  readonly files: readonly ChangedFile[];
}

export interface Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly description: string;
  readonly language: string;
  readonly topics: readonly string[];
  readonly stars: number;
  readonly defaultBranch: string;
  readonly createdAt: string;
  updatedAt: string;
  /** The text of each file of the default branch, which is the only one, by its path without leading slash. */
  readonly files: Map<string, string>;
  /** By number. */
  readonly issues: Map<number, Issue>;
  /** By number. */
  readonly pullRequests: Map<number, PullRequest>;
}

export type RepositoryDraft = Pick<Repository, 'owner' | 'name' | 'description' | 'language' | 'topics' | 'stars'>;

export interface IssueDraft {
  readonly title: string;
  readonly body?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly assignees?: readonly string[] | undefined;
  readonly author?: string | undefined;
}

export interface PullRequestDraft extends IssueDraft {
  readonly head: string;
  readonly draft?: boolean;
  readonly merged?: boolean;
  readonly files: readonly ChangedFile[];
}

/** Members that are undefined stay as they are. */
export interface IssueChange {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly assignees?: readonly string[] | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  readonly stateReason?: string | undefined;
}

const FIRST_MOMENT_MS = Date.UTC(2026, 0, 5, 9);
const MS_PER_WRITE = 60_000;
const FIRST_ID = 4_100_000_000;

export class Store {
  readonly user: User;
  readonly #repositories = new Map<string, Repository>();
  #writes = 0;

  constructor(user: User) {
    this.user = user;
  }

  repositories(): Repository[] {
    return [...this.#repositories.values()];
  }

  /** Finds a repository whatever the case of its name, as GitHub does. */
  repository(owner: string, name: string): Repository | undefined {
    return this.#repositories.get(key(owner, name));
  }

  addRepository(draft: RepositoryDraft): Repository {
    const { id, at } = this.#write();
    const repository: Repository = {
      ...draft,
      id,
      defaultBranch: 'main',
      createdAt: at,
      updatedAt: at,
      files: new Map(),
      issues: new Map(),
      pullRequests: new Map(),
    };
    this.#repositories.set(key(draft.owner, draft.name), repository);
    return repository;
  }

  createIssue(repository: Repository, draft: IssueDraft): Issue {
    const issue = this.#openThread(repository, draft);
    repository.issues.set(issue.number, issue);
    return issue;
  }

  updateIssue(repository: Repository, issue: Issue, change: IssueChange): void {
    const { at } = this.#write(repository);
    issue.title = change.title ?? issue.title;
    issue.body = change.body ?? issue.body;
    issue.labels = change.labels ?? issue.labels;
    issue.assignees = change.assignees ?? issue.assignees;
    if (change.state !== undefined && change.state !== issue.state) {
      issue.state = change.state;
      issue.stateReason = change.state === 'closed' ? (change.stateReason ?? 'completed') : 'reopened';
      issue.closedAt = change.state === 'closed' ? at : undefined;
    }
    issue.updatedAt = at;
  }

  openPullRequest(repository: Repository, draft: PullRequestDraft): PullRequest {
    const thread = this.#openThread(repository, draft);
    const merged = draft.merged ?? false;
    const pullRequest: PullRequest = {
      ...thread,
      state: merged ? 'closed' : 'open',
      closedAt: merged ? thread.updatedAt : undefined,
      draft: draft.draft ?? false,
      merged,
      head: draft.head,
      base: repository.defaultBranch,
      files: draft.files,
    };
    repository.pullRequests.set(pullRequest.number, pullRequest);
    return pullRequest;
  }

  comment(repository: Repository, thread: Issue | PullRequest, body: string): Comment {
    const { id, at } = this.#write(repository);
    const comment = { id, author: this.user.login, body, createdAt: at };
    thread.comments.push(comment);
    thread.updatedAt = at;
    return comment;
  }

  writeFile(repository: Repository, path: string, text: string): void {
    this.#write(repository);
    repository.files.set(path, text);
  }

  deleteFile(repository: Repository, path: string): void {
    this.#write(repository);
    repository.files.delete(path);
  }

  #openThread(repository: Repository, draft: IssueDraft): Thread {
    const { id, at } = this.#write(repository);
    return {
      id,
      number: repository.issues.size + repository.pullRequests.size + 1,
      author: draft.author ?? this.user.login,
      title: draft.title,
      body: draft.body ?? '',
      state: 'open',
      labels: draft.labels ?? [],
      assignees: draft.assignees ?? [],
      comments: [],
      createdAt: at,
      updatedAt: at,
    };
  }

  #write(repository?: Repository): { id: number; at: string } {
    const write = this.#writes++;
    const at = new Date(FIRST_MOMENT_MS + write * MS_PER_WRITE).toISOString().replace('.000Z', 'Z');
    if (repository !== undefined) repository.updatedAt = at;
    return { id: FIRST_ID + write, at };
  }
}

/** The name git gives to a file's content. */
export function blobSha(text: string): string {
  const bytes = Buffer.from(text);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** A stand-in for the name of a commit: the same for the same branch at the same moment. */
export function commitSha(repository: Repository, branch: string = repository.defaultBranch): string {
  return createHash('sha1')
    .update(`${repository.owner}/${repository.name}@${branch} ${repository.updatedAt}`)
    .digest('hex');
}

function key(owner: string, name: string): string {
  return `${owner}/${name}`.toLowerCase();
}
