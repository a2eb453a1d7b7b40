/** What the client is told of a message that the tool policy does not let through. */

import { excerpt } from '../../protocol/excerpt.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Verdict } from './policy.ts';

/** What one reader takes for the name of the tool, another may not. */
export function unclear(): Problem {
  const sentence = 'The tool policy refuses the message, since readers differ in what it calls.';
  const hint = 'Write "method", "id" and "params" once each and in lower case, and in params one "name", a text.';
  return new Problem('policy', sentence, { hint, rpc: -32600 });
}

/** Drops a response that would answer nothing. Readers may take it for a call. */
export function unasked(): Problem {
  const sentence = 'The tool policy drops the response, since it answers no open request of the server.';
  const hint = 'Answer each request of the server once, with its id.';
  return new Problem('policy', sentence, { hint, rpc: -32600 });
}

export function excluded(tool: string | undefined, { by, because }: Extract<Verdict, { is: 'excluded' }>): Problem {
  const sentence = `The tool ${quoted(tool)} is excluded by ${by}: ${because}.`;
  const hint = `To allow it, change ${by} in the configuration of uc-mcp-bridge.`;
  return new Problem('policy', sentence, { hint });
}

export function unlisted(name: string | undefined, by: string, failed: unknown): Problem {
  const tool = quoted(name);
  if (failed === undefined) {
    const sentence = `The tool ${tool} is excluded by ${by}: the server does not list it.`;
    return new Problem('policy', sentence, { hint: 'Call a tool that is in the list.' });
  }
  const sentence = `Whether ${by} allows the tool ${tool} cannot be told: the server did not list its tools.`;
  return new Problem('policy', sentence, { hint: 'Call it again when the server answers tools/list.' }, failed);
}

/** The name as a sentence shows it. */
function quoted(tool: string | undefined): string {
  return JSON.stringify(excerpt(tool ?? ''));
}
