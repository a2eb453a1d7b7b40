/** Files of repositories as MCP resources. */

import type { Repository } from './store.ts';

/**
 * Address of a file. Not GitHub's own `{/path*}`, which the SDK's matcher takes for one folder only (observed with
 * @modelcontextprotocol/sdk 1.32).
 */
export const CONTENTS_TEMPLATE = 'repo://{owner}/{repo}/contents/{+path}';

export function contentsUri(repository: Repository, path: string): string {
  return `repo://${repository.owner}/${repository.name}/contents/${path.split('/').map(encodeURIComponent).join('/')}`;
}

const MIME_TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  md: 'text/markdown; charset=utf-8',
};

export function mimeTypeOf(path: string): string {
  return MIME_TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'text/plain; charset=utf-8';
}
