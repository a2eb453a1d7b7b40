/** What a client asks of the server of both eras. */

import { INITIALIZE, type Step } from './conversation.ts';

/** Steps that tests look at one by one. */
export const COUNTING = 'a tool that tells of its progress';
export const ASKING = 'a tool that asks back';
export const LOGGING = 'a tool whose log is wanted by now';

/** Steps that mean the same in both eras, and need nothing of the client. */
export const ERA_NEUTRAL: readonly Step[] = [
  { asks: 'tools/list', ask: ({ client }) => client.listTools(), answered: 'result' },
  { asks: 'an echo', ...callOf('echo', { text: '"φάρος"\\ 灯台\n🗼\u2028\u0000' }) },
  { asks: 'a tool that refuses', ...callOf('refuse'), answered: 'refusal' },
  { asks: 'a tool that does not exist', ...callOf('no-such-tool'), answered: 'error' },
  {
    asks: COUNTING,
    ask: ({ client }) => client.callTool({ name: 'count', arguments: { to: 4 }, _meta: { progressToken: 'lamp' } }),
    answered: 'result',
  },
  { asks: 'a tool with a header', ...callOf('route', { region: 'größe', n: 1 }) },
];

export interface EraTraits {
  readonly era: 'legacy' | 'modern';
  /** Whether the server can ask the client anything: not where it forgets each request with its answer. */
  readonly canAsk: boolean;
}

export function eraScript({ canAsk, era }: EraTraits): readonly Step[] {
  // These two the modern era does not have: its clients say so themselves.
  const answered = era === 'legacy' ? 'result' : 'error';
  return [
    INITIALIZE,
    ...ERA_NEUTRAL,
    { asks: ASKING, ...callOf('ask'), answered: canAsk ? 'result' : 'refusal' },
    { asks: 'ping', ask: ({ client }) => client.ping(), answered },
    { asks: 'logging/setLevel', ask: ({ client }) => client.setLoggingLevel('debug'), answered },
    { asks: LOGGING, ...callOf('echo', { text: 'heard' }) },
  ];
}

function callOf(name: string, args: Record<string, unknown> = {}): Pick<Step, 'ask' | 'answered'> {
  return { ask: ({ client }) => client.callTool({ name, arguments: args }), answered: 'result' };
}
