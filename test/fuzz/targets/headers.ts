import { deepStrictEqual, match } from 'node:assert/strict';
import fc from 'fast-check';
import { headersFor, headerValue } from '../../../src/protocol/headers.ts';
import { readLine } from '../../../src/protocol/read-line.ts';
import { UNOPENED } from '../../../src/protocol/session.ts';
import { paramHeaders, toolHeaders } from '../../../src/protocol/tool-headers.ts';
import { type Choices, grown } from '../choices.ts';
import { stringText, valueText } from '../json-texts.ts';
import { lineBytes } from '../message-texts.ts';
import type { Target } from '../target.ts';

/** [RFC 9110, 5.5 and 5.6.2]; ours are ASCII and never empty, which some hops drop. */
const VALUE = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** What the server makes of a value. [MCP 2026-07-28, Transports, Header encoding] */
function meaningOf(value: string): string {
  const [, encoded] = /^=\?base64\?(.*)\?=$/.exec(value) ?? [];
  return encoded === undefined ? value : Buffer.from(encoded, 'base64').toString('utf8');
}

function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    match(name, NAME);
    match(value, VALUE);
  }
}

const NAMED_BY: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
};

/** T052: the headers of a modern message are legal, and say what the message says. */
export const messageHeaders: Target = {
  name: 'message headers',
  share: 8,
  property: fc.property(
    grown(160, (choices) => lineBytes(choices)),
    (bytes) => {
      const message = readLine({ is: 'whole', bytes });
      if (message === undefined || message.kind === 'refused' || message.kind === 'dropped') return;
      const headers = headersFor(message, UNOPENED);
      checkHeaders(headers);
      deepStrictEqual(headers['Mcp-Session-Id'], undefined);
      if ((message.kind !== 'request' && message.kind !== 'notification') || message.modern === undefined) {
        deepStrictEqual(Object.keys(headers), ['Content-Type', 'Accept']);
        return;
      }
      const { method, modern } = message;
      deepStrictEqual(meaningOf(headers['MCP-Protocol-Version'] ?? ''), modern.version.toWellFormed());
      deepStrictEqual(meaningOf(headers['Mcp-Method'] ?? ''), method.toWellFormed());
      const name = Object.hasOwn(NAMED_BY, method) ? modern.params[NAMED_BY[method] ?? ''] : undefined;
      const said = headers['Mcp-Name'];
      deepStrictEqual(
        said === undefined ? undefined : meaningOf(said),
        typeof name === 'string' ? name.toWellFormed() : undefined,
      );
    },
  ),
};

const NAMES = ['Owner', 'owner', 'x-y', 'a b', 'ä', '', 'x\r\nEvil: 1', 'Repo', 1, null];
const TYPES = ['string', 'integer', 'boolean', 'number', 'object', ['string']];

function growSchema(choices: Choices, levels: number): object {
  const schema: Record<string, unknown> = { type: choices.of(TYPES) };
  if (choices.oneIn(2)) schema['x-mcp-header'] = choices.of(NAMES);
  if (levels > 0) {
    const children = choices.several(3, () => [
      choices.of(['a', 'b', '__proto__', 'c']),
      growSchema(choices, levels - 1),
    ]);
    schema['properties'] = JSON.parse(
      `{${children.map(([key, child]) => `${JSON.stringify(key)}:${JSON.stringify(child)}`).join(',')}}`,
    );
    if (choices.oneIn(8)) schema['items'] = growSchema(choices, levels - 1);
  }
  return schema;
}

/** T053: the headers that a tool asks for are legal, are of its arguments, and none stands twice. */
export const argumentHeaders: Target = {
  name: 'argument headers',
  share: 5,
  property: fc.property(
    grown(120, (choices) => ({
      schema: { properties: { a: growSchema(choices, 2), b: growSchema(choices, 1) } },
      args: JSON.parse(`{"a":${valueText(choices, 2)},"b":${stringText(choices)}}`),
    })),
    ({ args, schema }) => {
      const asked = toolHeaders(schema);
      if (asked.is === 'unsound') return;
      const headers = paramHeaders(asked.headers, args);
      checkHeaders(headers);
      const names = asked.headers.map(({ name }) => name.toLowerCase());
      deepStrictEqual(new Set(names).size, names.length);
      for (const { name, path } of asked.headers) {
        const value = path.reduce<unknown>(
          (at, key) => (isRecord(at) && Object.hasOwn(at, key) ? at[key] : undefined),
          args,
        );
        const isSaid = typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value);
        const said = headers[`Mcp-Param-${name}`];
        deepStrictEqual(
          said === undefined ? undefined : meaningOf(said),
          isSaid ? String(value).toWellFormed() : undefined,
        );
      }
    },
  ),
};

/** Any text can be a header value, and is the same text again on the other side. */
export const headerValues: Target = {
  name: 'header values',
  share: 4,
  property: fc.property(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom('', ' ', '=?base64?', '?='),
    (text, more) => {
      const value = headerValue(`${more}${text}${more}`);
      match(value, VALUE);
      deepStrictEqual(meaningOf(value), `${more}${text}${more}`.toWellFormed());
    },
  ),
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
