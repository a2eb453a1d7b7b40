import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { ReadResourceResult } from '@modelcontextprotocol/sdk/types.js';
import { completeOwner, completePath, completeRepository } from './completion.ts';
import { CONTENTS_TEMPLATE, contentsUri, mimeTypeOf } from './contents.ts';
import type { Store } from './store.ts';

const GUIDE_URI = 'sandbox://guide';
const GUIDE = `# The sandbox

An MCP server with GitHub's tools over repositories that exist in memory only. Nothing here reaches GitHub, and all of
it is gone when the sandbox stops.

Worth a try: list the repositories of \`octo-sandbox\`, read the open issues of \`lighthouse\`, open one, see it listed.
`;

/** Gives a server two resources and a template under which every file of a repository can be read. */
export function registerResources(server: McpServer, store: Store): void {
  server.registerResource(
    'guide',
    GUIDE_URI,
    { title: 'About the sandbox', description: 'What this server is and what to try', mimeType: 'text/markdown' },
    (uri) => ({ contents: [{ uri: uri.href, mimeType: 'text/markdown', text: GUIDE }] }),
  );
  server.registerResource(
    'repositories',
    'sandbox://repositories',
    { title: 'Repositories', description: 'Full names of all repositories', mimeType: 'application/json' },
    (uri) => {
      const names = store.repositories().map(({ name, owner }) => `${owner}/${name}`);
      return { contents: [{ uri: uri.href, mimeType: 'application/json', text: JSON.stringify(names) }] };
    },
  );
  server.registerResource(
    'repository_content',
    new ResourceTemplate(CONTENTS_TEMPLATE, {
      list: undefined,
      complete: {
        owner: (typed) => completeOwner(store, typed),
        repo: (typed, context) => completeRepository(store, typed, context?.arguments?.['owner']),
        path: (typed, context) =>
          completePath(store, typed, context?.arguments?.['owner'], context?.arguments?.['repo']),
      },
    }),
    { title: 'Repository content', description: 'A file of a repository, as it is on the default branch' },
    (_uri, { owner, path, repo }) => readFile(store, String(owner), String(repo), decodeURIComponent(String(path))),
  );
}

function readFile(store: Store, owner: string, repo: string, path: string): ReadResourceResult {
  const repository = store.repository(owner, repo);
  const text = repository?.files.get(path);
  // Outside tools, GitHub's own failures come as an error with code 0 (observed with github-mcp-server v1.10).
  if (repository === undefined || text === undefined) throw Object.assign(new Error('404 Not Found'), { code: 0 });
  return { contents: [{ uri: contentsUri(repository, path), mimeType: mimeTypeOf(path), text }] };
}
