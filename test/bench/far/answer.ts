/** What the minimal server says. It reads the ends of a message only, so that it costs little beside a bridge. */

import { ballast } from './ballast.ts';

export interface Said {
  /** Absent where nothing is answered. */
  readonly text: string | undefined;
  readonly isInitialize: boolean;
  readonly waitMs: number;
}

/** Bytes at either end in which a message says what it wants, in whatever order; what lies between is ballast. */
const HEAD = 2_000;
const TAIL = 200;

/** @param body - a message, or an envelope with one as a string in it */
export function answerTo(body: Buffer): Said {
  const tail = body.toString('latin1', Math.max(HEAD, body.length - TAIL));
  const head = (body.toString('latin1', 0, HEAD) + tail).replaceAll('\\"', '"');
  const method = /"method":"([a-z][a-z/]+)"/.exec(head)?.[1] ?? '';
  const id = /"id":("[^"]*"|\d+)/.exec(head)?.[1];
  const waitMs = Number(/"waitMs":(\d+)/.exec(head)?.[1] ?? 0);
  const text = id === undefined ? undefined : `{"jsonrpc":"2.0","id":${id},"result":${resultOf(method, head)}}`;
  return { text, isInitialize: method === 'initialize', waitMs };
}

const INITIALIZED: string = JSON.stringify({
  protocolVersion: '2025-06-18',
  capabilities: { tools: {} },
  serverInfo: { name: 'bench', version: '1' },
});

function resultOf(method: string, head: string): string {
  switch (method) {
    case 'initialize':
      return INITIALIZED;
    case 'tools/list':
      return TOOLS;
    case 'tools/call':
      return `{"content":[{"type":"text","text":"${ballast(Number(/"bytes":(\d+)/.exec(head)?.[1] ?? 0))}"}]}`;
    default:
      return '{}';
  }
}

/** As many tools as GitHub's server lists, in some 120 KB. */
const TOOLS: string = JSON.stringify({
  tools: Array.from({ length: 100 }, (_, i) => ({
    name: `tool_number_${i}`,
    description: 'Reads one thing of a repository, and says where it stands. '.repeat(6),
    annotations: { title: `Tool number ${i}`, readOnlyHint: true },
    inputSchema: {
      type: 'object',
      required: ['owner', 'repo'],
      properties: Object.fromEntries(
        ['owner', 'repo', 'page', 'perPage', 'query', 'sort'].map((name) => [
          name,
          { type: 'string', description: `The ${name} of what is asked for, as the web shows it; nothing else.` },
        ]),
      ),
    },
  })),
});
