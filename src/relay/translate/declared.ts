/** Which questions a client has declared that it answers. [MCP 2025-11-25, Lifecycle, Capability negotiation] */

import type { Question } from './input-required.ts';

type Declared = Readonly<Record<string, unknown>>;

/** By method: whether the capabilities cover a question with these parameters. */
const ASKABLE: ReadonlyMap<string, (declared: Declared, params: Declared) => boolean> = new Map([
  ['roots/list', (declared) => has(declared, 'roots')],
  [
    'sampling/createMessage',
    (declared, params) => {
      const wantsTools = Object.hasOwn(params, 'tools') || Object.hasOwn(params, 'toolChoice');
      return has(declared, 'sampling') && (!wantsTools || has(record(declared['sampling']), 'tools'));
    },
  ],
  [
    'elicitation/create',
    (declared, params) => {
      const modes = record(declared['elicitation']);
      if (params['mode'] === 'url') return has(modes, 'url');
      // Before there were modes, forms were all there was: `{}` still means them.
      return has(declared, 'elicitation') && (has(modes, 'form') || !has(modes, 'url'));
    },
  ],
]);

/** @param capabilities - raw text of the capabilities that the client sent with `initialize` */
export function isDeclared(capabilities: string, { method, params = '{}' }: Question): boolean {
  return ASKABLE.get(method)?.(record(JSON.parse(capabilities)), record(JSON.parse(params))) ?? false;
}

function has(declared: Declared, name: string): boolean {
  return Object.hasOwn(declared, name) && typeof declared[name] === 'object' && declared[name] !== null;
}

function record(value: unknown): Declared {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
