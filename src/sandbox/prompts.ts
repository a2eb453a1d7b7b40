import { completable } from '@modelcontextprotocol/sdk/server/completable.js';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { GetPromptResult } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { completeOwner, completeRepository } from './completion.ts';
import type { Store } from './store.ts';

/** Gives a server two prompts whose arguments it can complete. */
export function registerPrompts(server: McpServer, store: Store): void {
  const repositoryArguments = {
    owner: completable(z.string().describe('Account that owns the repository'), (typed) => completeOwner(store, typed)),
    repo: completable(z.string().describe('Name of the repository'), (typed, context) =>
      completeRepository(store, typed, context?.arguments?.['owner']),
    ),
  };
  server.registerPrompt(
    'triage_open_issues',
    {
      title: 'Triage open issues',
      description: 'Goes through the open issues of a repository and proposes what to do first',
      argsSchema: repositoryArguments,
    },
    ({ owner, repo }) =>
      fromUser(`Read the open issues of ${owner}/${repo}, group them by label, and propose which to do first and why.`),
  );
  server.registerPrompt(
    'issue_to_fix',
    {
      title: 'From issue to fix',
      description: 'Opens an issue for a defect and sketches the change that would fix it',
      argsSchema: { ...repositoryArguments, problem: z.string().describe('What is wrong, in a sentence or two') },
    },
    ({ owner, problem, repo }) =>
      fromUser(
        `Open an issue in ${owner}/${repo} for this problem, then read the files it concerns and sketch a fix: ${problem}`,
      ),
  );
}

function fromUser(text: string): GetPromptResult {
  return { messages: [{ role: 'user', content: { type: 'text', text } }] };
}
