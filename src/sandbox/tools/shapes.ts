/** The store's things as GitHub's server writes them: the members of its `Minimal…` types. */

import {
  blobSha,
  type ChangedFile,
  type Comment,
  commitSha,
  type Issue,
  type PullRequest,
  type Repository,
  type User,
} from '../store.ts';

export function webUrl(repository: Repository): string {
  return `https://github.com/${repository.owner}/${repository.name}`;
}

export function apiPath(repository: Pick<Repository, 'owner' | 'name'>): string {
  return `/repos/${repository.owner}/${repository.name}`;
}

export function userShape(user: User): object {
  return {
    login: user.login,
    id: user.id,
    profile_url: `https://github.com/${user.login}`,
    details: { name: user.name, bio: user.bio, public_repos: 3 },
  };
}

export function repositoryShape(repository: Repository): object {
  return {
    id: repository.id,
    name: repository.name,
    full_name: `${repository.owner}/${repository.name}`,
    description: repository.description,
    html_url: webUrl(repository),
    language: repository.language,
    stargazers_count: repository.stars,
    forks_count: 0,
    open_issues_count: [...repository.issues.values()].filter((issue) => issue.state === 'open').length,
    updated_at: repository.updatedAt,
    created_at: repository.createdAt,
    topics: repository.topics,
    private: false,
    fork: false,
    archived: false,
    default_branch: repository.defaultBranch,
  };
}

/** An issue as the REST tools give it. */
export function issueShape(repository: Repository, issue: Issue): object {
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    state_reason: issue.stateReason,
    html_url: `${webUrl(repository)}/issues/${issue.number}`,
    user: { login: issue.author },
    labels: issue.labels,
    assignees: issue.assignees,
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
  };
}

/** An issue as `list_issues` gives it: from GraphQL, so that the state is in capitals and there is no address. */
export function listedIssueShape(issue: Issue): object {
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body,
    state: issue.state.toUpperCase(),
    user: { login: issue.author },
    labels: issue.labels,
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
  };
}

/** @param thread - address of the issue or pull request that the comment stands under */
export function commentShape(thread: string, comment: Comment): object {
  return {
    id: comment.id,
    body: comment.body,
    html_url: `${thread}#issuecomment-${comment.id}`,
    user: { login: comment.author },
    created_at: comment.createdAt,
    updated_at: comment.createdAt,
  };
}

export function pullRequestShape(repository: Repository, pullRequest: PullRequest): object {
  const repo = { full_name: `${repository.owner}/${repository.name}`, description: repository.description };
  return {
    number: pullRequest.number,
    title: pullRequest.title,
    body: pullRequest.body,
    state: pullRequest.state,
    draft: pullRequest.draft,
    merged: pullRequest.merged,
    html_url: `${webUrl(repository)}/pull/${pullRequest.number}`,
    user: { login: pullRequest.author },
    labels: pullRequest.labels,
    assignees: pullRequest.assignees,
    head: { ref: pullRequest.head, sha: commitSha(repository, pullRequest.head), repo },
    base: { ref: pullRequest.base, sha: commitSha(repository), repo },
    additions: sum(pullRequest.files, (file) => file.additions),
    deletions: sum(pullRequest.files, (file) => file.deletions),
    changed_files: pullRequest.files.length,
    commits: 1,
    comments: pullRequest.comments.length,
    created_at: pullRequest.createdAt,
    updated_at: pullRequest.updatedAt,
    closed_at: pullRequest.closedAt,
    merged_at: pullRequest.merged ? pullRequest.closedAt : undefined,
  };
}

export function changedFileShape(file: ChangedFile): object {
  return {
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    patch: file.patch,
  };
}

/** One entry of a folder. */
export function fileShape(repository: Repository, path: string, text: string): object {
  return {
    type: 'file',
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    size: Buffer.byteLength(text),
    sha: blobSha(text),
    html_url: `${webUrl(repository)}/blob/${repository.defaultBranch}/${path}`,
  };
}

function sum(files: readonly ChangedFile[], count: (file: ChangedFile) => number): number {
  return files.reduce((total, file) => total + count(file), 0);
}
