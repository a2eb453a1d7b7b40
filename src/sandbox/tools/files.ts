import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { contentsUri, mimeTypeOf } from '../contents.ts';
import { blobSha, commitSha, type Repository } from '../store.ts';
import { fields, owner, repo } from './arguments.ts';
import { checkBranch, findRepository } from './find.ts';
import { pick } from './paging.ts';
import { notFound, Refusal } from './refusal.ts';
import { apiPath, fileShape, webUrl } from './shapes.ts';
import { defineTool, json, type Tool } from './tool.ts';

const branch = z.string().describe('Branch to write to');
const message = z.string().describe('Message of the commit');

export const getFileContents: Tool = defineTool({
  name: 'get_file_contents',
  annotations: { idempotentHint: false, readOnlyHint: true, title: 'Get file or directory contents' },
  description: 'Reads a file of a repository, or lists what is in a folder.',
  input: {
    fields: fields('type', 'name', 'path', 'size', 'sha', 'html_url'),
    owner,
    path: z.string().default('/').describe('Path of the file or folder'),
    ref: z.string().optional().describe('Branch to read from: `main` or `refs/heads/main`'),
    repo,
    sha: z.string().optional().describe('Commit to read from, in place of `ref`; here all commits are the latest'),
  },
  run(store, args) {
    const doing = 'get file contents';
    const repository = findRepository(store, args, doing);
    if (args.sha === undefined) checkBranch(repository, args.ref, doing);
    const path = trimSlashes(args.path);
    const text = repository.files.get(path);
    if (text !== undefined) return downloaded(repository, path, text);
    const entries = folder(repository, path);
    if (entries.length === 0) throw notFound(doing, `${apiPath(repository)}/contents/${path}`);
    return json(pick(entries, args.fields));
  },
});

export const createOrUpdateFile: Tool = defineTool({
  name: 'create_or_update_file',
  annotations: { idempotentHint: false, readOnlyHint: false, title: 'Create or update file' },
  description: 'Writes one file of a repository as a commit. To replace a file, give the SHA of what is there.',
  input: {
    branch,
    content: z.string().describe('The text as it shall stand in the file, not encoded'),
    message,
    owner,
    path: z.string().describe('Path of the file'),
    repo,
    sha: z.string().optional().describe('Blob SHA of the file that is replaced; needed if there is one'),
  },
  run(store, args) {
    const doing = 'create/update file';
    const repository = findRepository(store, args, doing);
    checkBranch(repository, args.branch, doing);
    const path = trimSlashes(args.path);
    const before = repository.files.get(path);
    if (before !== undefined && args.sha !== blobSha(before)) {
      throw new Refusal(
        `SHA mismatch: provided SHA ${args.sha ?? ''} is stale. Current file SHA is ${blobSha(before)}.`,
      );
    }
    store.writeFile(repository, path, args.content);
    return json({ content: fileShape(repository, path, args.content), commit: commitShape(repository, args.message) });
  },
});

export const deleteFile: Tool = defineTool({
  name: 'delete_file',
  annotations: { destructiveHint: true, idempotentHint: false, readOnlyHint: false, title: 'Delete file' },
  description: 'Removes one file of a repository as a commit.',
  input: { branch, message, owner, path: z.string().describe('Path of the file'), repo },
  run(store, args) {
    const doing = 'delete file';
    const repository = findRepository(store, args, doing);
    checkBranch(repository, args.branch, doing);
    const path = trimSlashes(args.path);
    if (!repository.files.has(path)) throw notFound(doing, `${apiPath(repository)}/contents/${path}`);
    store.deleteFile(repository, path);
    return json({ content: null, commit: commitShape(repository, args.message) });
  },
});

/** A file comes as a resource beside a sentence about it, and not as JSON. */
function downloaded(repository: Repository, path: string, text: string): CallToolResult {
  return {
    content: [
      { type: 'text', text: `successfully downloaded text file (SHA: ${blobSha(text)})` },
      { type: 'resource', resource: { uri: contentsUri(repository, path), mimeType: mimeTypeOf(path), text } },
    ],
  };
}

function folder(repository: Repository, path: string): object[] {
  const prefix = path === '' ? '' : `${path}/`;
  const folders = new Set<string>();
  const files: object[] = [];
  for (const [filePath, text] of repository.files) {
    if (!filePath.startsWith(prefix)) continue;
    const [name = '', ...below] = filePath.slice(prefix.length).split('/');
    if (below.length === 0) files.push(fileShape(repository, filePath, text));
    else folders.add(name);
  }
  return [...[...folders].map((name) => ({ type: 'dir', name, path: prefix + name, size: 0 })), ...files];
}

function commitShape(repository: Repository, message: string): object {
  const sha = commitSha(repository);
  return { sha, message, html_url: `${webUrl(repository)}/commit/${sha}` };
}

function trimSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
