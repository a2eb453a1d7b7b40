import { invalidParameter } from './platform-error.ts';

/** What a body of `POST /api/2.0/external-function` asks for. */
export interface Envelope {
  /** Name of the connection. */
  readonly connection: string;
  readonly method: Method;
  /** Appended to the base path of the connection. */
  readonly path: string;
  /** Headers for the server behind the connection, names as they were written. */
  readonly headers: Readonly<Record<string, string>>;
  readonly params: URLSearchParams;
  /** The JSON text for the server behind the connection, exactly as it came out of the envelope. */
  readonly text: string | undefined;
}

/** What can be asked of a server behind a connection. */
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
type Method = (typeof METHODS)[number];

/**
 * Opens an envelope: `headers`, `json` and `params` are strings that hold JSON, never objects; absent and null are
 * alike. `body` and `sub_domain`, which the real API has too, are not understood here. [facts/databricks.md, section 2]
 *
 * @throws PlatformError for anything else.
 */
export function openEnvelope(body: Uint8Array): Envelope {
  const fields = parseObject(decode(body), 'the request body');
  const text = textField(fields, 'json');
  if (text !== undefined) parse(text, `'json'`);
  return {
    connection: requiredField(fields, 'connection_name'),
    method: methodField(fields),
    path: textField(fields, 'path') ?? '',
    headers: textMapField(fields, 'headers'),
    params: new URLSearchParams(textMapField(fields, 'params')),
    text,
  };
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw invalidParameter('The request body is not UTF-8.');
  }
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidParameter(`Could not parse ${what} as JSON.`);
  }
}

function parseObject(text: string, what: string): Record<string, unknown> {
  const value = parse(text, what);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidParameter(`Expected ${what} to hold a JSON object.`);
  }
  return value as Record<string, unknown>;
}

function textField(fields: Record<string, unknown>, name: string): string | undefined {
  const value = fields[name] ?? undefined;
  if (value !== undefined && typeof value !== 'string') throw invalidParameter(`Expected '${name}' to be a string.`);
  return value;
}

function requiredField(fields: Record<string, unknown>, name: string): string {
  const value = textField(fields, name);
  if (value === undefined) throw invalidParameter(`Missing required field: ${name}`);
  return value;
}

function methodField(fields: Record<string, unknown>): Method {
  const value = requiredField(fields, 'method');
  const method = METHODS.find((known) => known === value);
  if (method === undefined) throw invalidParameter(`'method' must be one of ${METHODS.join(', ')}, not '${value}'.`);
  return method;
}

function textMapField(fields: Record<string, unknown>, name: string): Record<string, string> {
  const text = textField(fields, name);
  if (text === undefined) return {};
  const entries = Object.entries(parseObject(text, `'${name}'`));
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (typeof value !== 'string') throw invalidParameter(`Expected '${key}' of '${name}' to be a string.`);
      return [key, value];
    }),
  );
}
