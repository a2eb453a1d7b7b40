/** A record, spoken again: the client's side goes to a sandbox or a workspace, and the answers are held against the old ones. */

import type { Config } from '../config/config.ts';
import type { Asked } from '../config/read.ts';
import { createServices, type Services, secretsOf } from '../pipeline.ts';
import { rawAt } from '../protocol/json.ts';
import { type Message, peek } from '../protocol/message.ts';
import { classOf } from '../protocol/retry.ts';
import { nextCursor } from '../protocol/tool-headers.ts';
import { differences, printable } from '../record/compare.ts';
import { NotARecord, readRecord } from '../record/read-record.ts';
import { type Script, scripts } from '../record/script.ts';
import { type Client, openClient } from './client.ts';
import { EXIT } from './failed.ts';
import { SILENT } from './silent.ts';
import { show } from './terminal.ts';

/** Pages of a list that are fetched at most. */
const PAGES = 100;

interface Tally {
  same: number;
  different: number;
  unsent: number;
}

/** @returns 0 only if no answer differs */
export async function replay({ config, own, sources, words }: Asked<'replay'>): Promise<number> {
  const [file = ''] = words;
  let runs: readonly Script[];
  try {
    runs = scripts((await readRecord(file, ({ body }) => body)).entries);
    if (!runs.some(({ header }) => header.bodies)) {
      throw new NotARecord('holds no messages that could be sent again: record with --record-bodies');
    }
  } catch (error) {
    if (!(error instanceof NotARecord)) throw error;
    show(process.stderr, `${file} ${error.message}.\n`);
    return EXIT.configuration;
  }
  const services = await createServices({
    config,
    sources,
    secrets: secretsOf(config),
    log: SILENT,
    onSignIn: () => {},
  });
  const tally: Tally = { same: 0, different: 0, unsent: 0 };
  try {
    for (const run of runs) await speak(run, { config, services, allowWrites: own.allowWrites, tally });
  } finally {
    await services.close();
  }
  const { different, same, unsent } = tally;
  show(process.stdout, `\n${same} the same, ${different} different, ${unsent} not sent\n`);
  return different > 0 ? EXIT.failed : EXIT.ok;
}

interface Stage {
  readonly config: Config;
  readonly services: Services;
  readonly allowWrites: boolean;
  readonly tally: Tally;
}

async function speak(
  { header, lines, missing, replies }: Script,
  { allowWrites, config, tally, services }: Stage,
): Promise<void> {
  const { connection, route, service, url } = header;
  show(process.stdout, `run of ${printable(`${connection ?? service ?? url} through ${route}`)}\n`);
  if (missing > 0) show(process.stdout, `  ${missing} messages are not in the record, and are not sent\n`);
  const unused = new Map([...replies].map(([method, texts]) => [method, [...texts]]));
  const client = await openClient(config, services, (method) => unused.get(method)?.shift());
  /** Names under which requests are told of, by their raw ids; what was not sent is not there. */
  const sent = new Map<string, string>();
  const explained = new Set<string>();
  let readOnly: Promise<ReadonlySet<string>> | undefined;
  try {
    for (const line of lines) {
      if (line.is === 'await') {
        const name = sent.get(line.id);
        if (name === undefined) continue;
        const answer = services.wire.secrets.scrub(await client.answer(line.id));
        const found = differences(line.text, answer);
        if (found.length > 0) explain(answer, explained);
        tell(found.length === 0 ? 'same' : 'differs', name, found);
        tally[found.length === 0 ? 'same' : 'different']++;
        continue;
      }
      const message = peek(line.text);
      if (message.kind === 'refused' || message.kind === 'dropped') continue;
      const { cancels } = line.entry;
      if (cancels !== undefined && !sent.has(cancels)) continue;
      if (!allowWrites && mayWrite(message)) {
        readOnly ??= readOnlyTools(client, line.text);
        if (!isRead(message, await readOnly)) {
          tally.unsent++;
          tell('not sent', nameOf(message), ['it may change something: --allow-writes sends it']);
          continue;
        }
      }
      for (const request of message.kind === 'batch' ? message.messages : [message]) {
        if (request.kind === 'request') sent.set(request.id, nameOf(request));
      }
      client.say(line.text);
    }
  } finally {
    await client.close();
  }
}

/** Prints the sentence of an error that the bridge made, once: a difference alone does not show what to do. */
function explain(answer: string, explained: Set<string>): void {
  if (rawAt(answer, 'error', 'data', 'source') !== '"uc-mcp-bridge"') return;
  const message: unknown = JSON.parse(rawAt(answer, 'error', 'message') ?? '""');
  if (typeof message !== 'string' || explained.has(message)) return;
  explained.add(message);
  show(process.stderr, `uc-mcp-bridge: ${message}\n`);
}

function tell(what: string, name: string, more: readonly string[]): void {
  show(process.stdout, `  ${what.padEnd(9)} ${name}\n${more.map((text) => `            ${text}\n`).join('')}`);
}

function nameOf(message: Message): string {
  if (message.kind === 'batch') return `batch of ${message.messages.length}`;
  if (message.kind === 'response') return 'answer';
  const tool = message.method === 'tools/call' ? rawAt(message.text, 'params', 'name') : undefined;
  const id = message.kind === 'request' ? `, id ${message.id}` : '';
  return printable(`${[message.method, tool].filter(Boolean).join(' ')}${id}`);
}

function mayWrite(message: Message): boolean {
  return message.kind !== 'notification' && classOf(message) === 'effects';
}

/** Whether all that it asks for is known to only read. */
function isRead(message: Message, tools: ReadonlySet<string>): boolean {
  if (message.kind === 'batch') return message.messages.every((one) => !mayWrite(one) || isRead(one, tools));
  if (message.kind !== 'request' || message.method !== 'tools/call') return false;
  const name = rawAt(message.text, 'params', 'name');
  return name !== undefined && tools.has(JSON.parse(name));
}

/** The tools that the server says of today, not in the record, only read. None where it gives no list. */
async function readOnlyTools(client: Client, call: string): Promise<ReadonlySet<string>> {
  const tools = new Set<string>();
  const meta = rawAt(call, 'params', '_meta') ?? '{}';
  const cursors = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const id = `"uc-mcp-bridge-replay-${page}"`;
    const params = cursor === undefined ? `{"_meta":${meta}}` : `{"_meta":${meta},"cursor":${cursor}}`;
    client.say(`{"jsonrpc":"2.0","id":${id},"method":"tools/list","params":${params}}`);
    const answer = await client.answer(id);
    const listed: unknown = JSON.parse(rawAt(answer, 'result', 'tools') ?? '[]');
    for (const tool of Array.isArray(listed) ? listed : []) {
      if (tool?.annotations?.readOnlyHint === true) tools.add(tool.name);
    }
    cursor = nextCursor(answer);
    if (cursor === undefined || cursors.has(cursor)) break;
    cursors.add(cursor);
  }
  return tools;
}
