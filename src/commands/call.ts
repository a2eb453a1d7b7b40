/** One call of one tool, handshake and end included. */

import { createInterface } from 'node:readline/promises';
import { closest, distance } from 'fastest-levenshtein';
import type { Asked } from '../config/read.ts';
import { createServices, type Services, secretsOf } from '../pipeline.ts';
import { isObject } from '../protocol/edit.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { isRecord } from '../protocol/json.ts';
import { Problem } from '../protocol/problem.ts';
import { EXIT, failed } from './failed.ts';
import { jsonFrom } from './input.ts';
import { SILENT } from './silent.ts';
import { type ListedTool, openTalk, type PolicedTalk, RpcRefusal, type Talk } from './talk.ts';
import { show } from './terminal.ts';

/** Letters that may differ for a name to be taken for a slip of another: a third of what was typed. */
const SLIP = 1 / 3;

/** @returns 0 only if the tool says that it worked */
export async function call({ config, own, sources, words }: Asked<'call'>): Promise<number> {
  const secrets = secretsOf(config);
  const ending = { scrub: (text: string) => secrets.scrub(text), json: own.json };
  const [name = ''] = words;
  let services: Services | undefined;
  let talk: Talk | undefined;
  try {
    services = await createServices({ config, sources, secrets, log: SILENT, onSignIn: () => {} });
    const args = own.args === undefined ? '{}' : await jsonFrom(own.args, '--args');
    if (!isObject(args.trim())) {
      throw new Problem('badMessage', 'The arguments of a tool are a JSON object.', {
        hint: 'Write --args \'{"key":"value"}\'.',
      });
    }
    const policed = await openTalk(config, services.wire);
    talk = policed.talk;
    await talk.initialize();
    const tool = named(name, await talk.listTools(), policed);
    const wanted = own.yes ? 'yes' : await isWanted(tool);
    if (wanted !== 'yes') {
      show(process.stderr, 'Nothing was called.\n');
      return wanted === 'no' ? EXIT.failed : EXIT.interrupted;
    }
    const result = await talk.request('tools/call', `{"name":${JSON.stringify(name)},"arguments":${args}}`);
    const parsed: unknown = JSON.parse(result);
    show(process.stdout, own.json ? `${result}\n` : contentOf(parsed));
    return isRecord(parsed) && parsed['isError'] === true ? EXIT.failed : EXIT.ok;
  } catch (thrown) {
    if (!(thrown instanceof RpcRefusal)) return failed(thrown, ending);
    const { code, message } = thrown;
    if (own.json)
      show(process.stdout, `${ending.scrub(JSON.stringify({ error: { kind: 'server', code, message } }))}\n`);
    show(process.stderr, `uc-mcp-bridge: ${ending.scrub(thrown.sentence)}\n`);
    return EXIT.failed;
  } finally {
    await talk?.close();
    await services?.close();
  }
}

/** More names than these are no help. */
const MOST_NAMES = 20;

function named(name: string, tools: readonly ListedTool[], { refusalOf }: PolicedTalk): ListedTool {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool !== undefined) return tool;
  const problem = refusalOf(name);
  if (problem !== undefined) throw problem;
  const names = tools.map((candidate) => candidate.name);
  const near = names.length === 0 ? undefined : closest(name, names);
  const isSlip = near !== undefined && distance(name, near) <= Math.max(name.length, near.length) * SLIP;
  const more = names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : '';
  const all = names.slice(0, MOST_NAMES).map(excerpt).join(', ');
  throw new Problem('badMessage', `The server lists no tool ${JSON.stringify(excerpt(name))}.`, {
    hint: isSlip ? `Did you mean ${excerpt(near)}?` : `It lists: ${all || 'none'}${more}.`,
  });
}

/**
 * Says what a tool may do that is not marked as one that only reads, and asks at the terminal.
 *
 * @throws Problem where there is no terminal to ask on
 */
async function isWanted({ annotations, name }: ListedTool): Promise<'yes' | 'no' | 'interrupted'> {
  const isDestructive = annotations['destructiveHint'] === true;
  // One that claims both is believed the worse.
  if (annotations['readOnlyHint'] === true && !isDestructive) return 'yes';
  const marked = isDestructive
    ? 'is marked as destructive'
    : annotations['readOnlyHint'] === false
      ? 'is marked as one that changes something'
      : 'is not marked as one that only reads';
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    const sentence = `The tool ${excerpt(name)} ${marked}, and there is no terminal to confirm the call on.`;
    throw new Problem('badMessage', sentence, { hint: 'Nothing was called. Use --yes to call it.' });
  }
  show(process.stderr, `The tool ${excerpt(name)} ${marked}: calling it once.\n`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const life = new AbortController();
  let isInterrupted = false;
  terminal.on('SIGINT', () => {
    isInterrupted = true;
    life.abort();
  });
  terminal.on('close', () => life.abort());
  try {
    const answer = await terminal.question('Call it? [y/N] ', { signal: life.signal });
    return /^y(?:es)?$/i.test(answer.trim()) ? 'yes' : 'no';
  } catch (thrown) {
    if (!life.signal.aborted) throw thrown;
    show(process.stderr, '\n');
    return isInterrupted ? 'interrupted' : 'no';
  } finally {
    terminal.close();
  }
}

/** The content of a result for a person: text as it is, of the rest what and how much it is. */
function contentOf(result: unknown): string {
  const content = isRecord(result) && Array.isArray(result['content']) ? result['content'] : [];
  const blocks = content.map((block: unknown) => {
    if (!isRecord(block)) return '';
    if (block['type'] === 'text' && typeof block['text'] === 'string') return block['text'];
    if (typeof block['data'] === 'string')
      return `[${block['type']}, ${block['mimeType']}, ${block['data'].length} characters of base64]`;
    return JSON.stringify(block);
  });
  const structured =
    isRecord(result) && blocks.length === 0 ? JSON.stringify(result['structuredContent'] ?? result) : '';
  return `${[...blocks, structured].filter((text) => text !== '').join('\n')}\n`;
}
