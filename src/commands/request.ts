/** One plain HTTP request through the connection, for APIs that no tool has. */

import { isUtf8 } from 'node:buffer';
import type { WriteStream } from 'node:tty';
import { isJson } from '../config/kinds/json.ts';
import type { Asked } from '../config/read.ts';
import { METHODS, type PlainRequest, wrapPlain } from '../databricks/plain-request.ts';
import { createServices, type Services, secretsOf, USER_AGENT } from '../pipeline.ts';
import type { Access, Fault, HttpCall, HttpReply } from '../ports.ts';
import { isObject } from '../protocol/edit.ts';
import { rawAt } from '../protocol/json.ts';
import { Problem } from '../protocol/problem.ts';
import { failureOf, isSendFailure } from '../relay/failure.ts';
import type { Wire } from '../relay/wire.ts';
import { EXIT, failed } from './failed.ts';
import { jsonFrom } from './input.ts';
import { SILENT } from './silent.ts';
import { show, shownOn } from './terminal.ts';

interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** Of this hop, or not for the eyes of whoever looks over the shoulder. */
const NOT_SHOWN = /^(?:connection|keep-alive|transfer-encoding|set-cookie)$/;

/** An error of the platform is no longer than that. */
const LONGEST_ERROR_BYTES = 64 * 1024;

/** @returns 0 only for a status of success */
export async function request({ config, own, sources, words }: Asked<'request'>): Promise<number> {
  const secrets = secretsOf(config);
  let services: Services | undefined;
  try {
    services = await createServices({ config, sources, secrets, log: SILENT, onSignIn: () => {} });
    const [method = '', target = ''] = words;
    const asked = await readRequest(method, target, own.headers, own.data && (await jsonFrom(own.data, '--data')));
    const answer = await send(services, asked, config.requestTimeoutMs);
    if (own.json) show(process.stdout, asJson(answer));
    else for (const piece of asText(answer, own.include, process.stdout)) process.stdout.write(piece);
    if (answer.status >= 200 && answer.status < 300) return EXIT.ok;
    show(process.stderr, `uc-mcp-bridge: The answer has HTTP status ${answer.status}.\n`);
    return EXIT.failed;
  } catch (thrown) {
    return failed(thrown, { scrub: (text) => secrets.scrub(text), json: own.json });
  } finally {
    await services?.close();
  }
}

/** Between slashes what RFC 3986 calls pchar, so that the path means the same to every hop. */
const PATH = /^(?:\/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)+$/;
const QUERY = /^(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*$/;
/** Dots, however they are written, that lead upwards; and slashes that are hidden. */
const UPWARDS = /(?:^|\/)(?:\.|%2e)+(?:\/|$)|%2f|%5c|\/\//i;

function readRequest(
  method: string,
  target: string,
  headers: PlainRequest['headers'],
  data: string | undefined,
): PlainRequest {
  const known = METHODS.find((name) => name === method.toUpperCase());
  if (known === undefined) throw refused('The method', `is none of ${METHODS.join(', ')}`);
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? undefined : target.slice(mark + 1);
  if (!PATH.test(path) || UPWARDS.test(path)) {
    throw refused('The path', 'does not begin with a slash, leads upwards, or has characters that are to be encoded');
  }
  if (query !== undefined && !QUERY.test(query)) throw refused('The query', 'has characters that are to be encoded');
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  const type = data === undefined || hasType ? {} : { 'Content-Type': 'application/json' };
  return { method: known, path, query, headers: { ...headers, ...type }, data };
}

function refused(what: string, why: string): Problem {
  return new Problem('badMessage', `${what} ${why}.`, {
    hint: 'Write, for example: request GET /user/repos?per_page=5',
  });
}

/** Sent once; a second time only where the workspace did not accept the token, and nothing ran. */
async function send({ destination, wire }: Services, asked: PlainRequest, timeoutMs: number): Promise<Answer> {
  const { connection } = destination;
  if (connection === undefined) {
    throw new Problem('badMessage', 'Only a connection carries plain requests.', {
      hint: 'Name one with --connection.',
    });
  }
  const plainWay = { connection, route: destination.route, userAgent: USER_AGENT };
  let refusedAccess: Access | undefined;
  for (;;) {
    const access = await wire.tokens.access(refusedAccess);
    const life = new AbortController();
    const stop = wire.clock.after(timeoutMs, () =>
      life.abort(
        new Problem('timeout', `No answer came within ${timeoutMs / 1000} s.`, {
          outcome: 'unknown',
          hint: 'Give the server more time with --request-timeout.',
        }),
      ),
    );
    try {
      const call = wrapPlain(plainWay, asked, access);
      refuseTooLarge(call, wire.route);
      const reply = await wire.send(call, life.signal, timeoutMs);
      const answer = await read(reply, wire.responseLimitBytes);
      const fault = wire.route.fault(reply, wire.secrets.scrub(answer.body.toString()), access);
      if (fault === undefined || !isPlatforms(answer, fault)) return answer;
      if (!fault.tokenRefused || access === refusedAccess) throw fault.problem;
      if ((await wire.tokens.access(access)) === access) throw fault.problem;
      refusedAccess = access;
    } catch (thrown) {
      throw explained(thrown, asked);
    } finally {
      stop();
    }
  }
}

/** A refusal of the platform has an `error_code` or leads to its login. A refusal of the API is shown as it is. */
function isPlatforms({ body, status }: Answer, { problem }: Fault): boolean {
  if (status >= 300 && status < 400) return problem.kind === 'auth';
  const text = body.length > LONGEST_ERROR_BYTES ? '' : body.toString();
  return isObject(text.trim()) && isJson(text) && rawAt(text, 'error_code') !== undefined;
}

/** What may have run is said so, unless it only reads. */
function explained(thrown: unknown, { method }: PlainRequest): unknown {
  const problem = isSendFailure(thrown) ? failureOf(thrown).problem : thrown;
  if (!(problem instanceof Problem)) return problem;
  return problem.outcome === 'unknown' && method !== 'GET' ? problem.withOutcomeUnknown(false) : problem;
}

function refuseTooLarge({ body = '' }: HttpCall, { limitBytes, name }: Wire['route']): void {
  const bytes = Buffer.byteLength(body);
  if (bytes <= limitBytes) return;
  throw new Problem(
    'tooLarge',
    `The request is ${bytes} bytes with its envelope; the route ${name} takes ${limitBytes}.`,
  );
}

async function read(reply: HttpReply, limitBytes: number): Promise<Answer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of reply.body) {
    bytes += chunk.length;
    if (bytes > limitBytes) {
      throw new Problem('tooLarge', `The answer is larger than ${limitBytes} bytes.`, { outcome: 'unknown' });
    }
    chunks.push(chunk);
  }
  const names = reply.headerNames().filter((name) => !NOT_SHOWN.test(name));
  return {
    status: reply.status,
    headers: names.map((name) => [name, reply.header(name) ?? ''] as const),
    body: Buffer.concat(chunks),
  };
}

/** The body, byte for byte, on a terminal only what is text; before it status and headers where they are asked for. */
function* asText(
  { body, headers, status }: Answer,
  include: boolean,
  stream: WriteStream,
): Generator<string | Uint8Array> {
  const head = [`HTTP ${status}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  if (include) yield shownOn(stream, `${head.join('\n')}\n\n`);
  if (!stream.isTTY) yield body;
  else if (isUtf8(body)) yield shownOn(stream, body.toString());
  else yield `[${body.length} bytes that are no text: pipe them into a file]`;
  if (stream.isTTY && body.length > 0 && body.at(-1) !== NEWLINE && isUtf8(body)) yield '\n';
}

const NEWLINE = 0x0a;

/** A JSON body stands in the object as it came: nothing in it is rebuilt. What is no text is there in base64. */
function asJson({ body, headers, status }: Answer): string {
  const head = `"status":${status},"headers":${JSON.stringify(Object.fromEntries(headers))}`;
  if (!isUtf8(body)) return `{${head},"bodyBase64":"${body.toString('base64')}"}\n`;
  const text = body.toString();
  return `{${head},"body":${isJson(text) ? text.trim() : JSON.stringify(text)}}\n`;
}
