import { createOrUpdateFile, deleteFile, getFileContents } from './files.ts';
import { addIssueComment, issueRead, issueWrite, listIssues, searchIssues } from './issues.ts';
import { listPullRequests, pullRequestRead } from './pull-requests.ts';
import { getMe, searchRepositories } from './repositories.ts';
import type { Tool } from './tool.ts';

/** The tools of the sandbox, in the order in which they are listed. */
export const TOOLS: readonly Tool[] = [
  addIssueComment,
  createOrUpdateFile,
  deleteFile,
  getFileContents,
  getMe,
  issueRead,
  issueWrite,
  listIssues,
  listPullRequests,
  pullRequestRead,
  searchIssues,
  searchRepositories,
];
