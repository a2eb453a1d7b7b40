/** One call of one tool, handshake and end included. */

import { createInterface } from 'node:readline/promises';
import { closest, distance } from 'fastest-levenshtein';
import type { Asked } from '../config/read.ts';
import { print } from '../node/stdio.ts';
import { isObject } from '../protocol/edit.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { isRecord } from '../protocol/json.ts';
import { Problem } from '../protocol/problem.ts';
import { openWay, secretsOf } from '../way.ts';
import { EXIT, failed } from './failed.ts';
import { jsonFrom } from './input.ts';
import { SILENT } from './silent.ts';
import { type ListedTool, openTalk, RpcRefusal, type Talk } from './talk.ts';
import { shownOn } from './terminal.ts';

/** Letters that may differ for a name to be taken for a slip of another: a third of what was typed. */
const SLIP = 1 / 3;

/** @returns 0 only if the tool says that it worked */
export async function call({ config, own, sources, words }: Asked<'call'>): Promise<number> {
  const secrets = secretsOf(config);
  const scrub = (text: string) => secrets.scrub(text);
  const [name = ''] = words;
  const way = await openWay({ config, sources, secrets, log: SILENT, onSignIn: () => {} });
  let talk: Talk | undefined;
  try {
    const args = own.args === undefined ? '{}' : await jsonFrom(own.args, '--args');
    if (!isObject(args.trim())) {
      throw new Problem('badMessage', 'The arguments of a tool are a JSON object.', {
        hint: 'Write --args \'{"key":"value"}\'.',
      });
    }
    talk = await openTalk(config, way.wire);
    await talk.initialize();
    const tool = named(name, await talk.listTools());
    if (!own.yes && !(await isWanted(tool))) {
      print(process.stderr, 'Nothing was called.\n');
      return EXIT.failed;
    }
    const result = await talk.request('tools/call', `{"name":${JSON.stringify(name)},"arguments":${args}}`);
    const parsed: unknown = JSON.parse(result);
    print(process.stdout, own.json ? `${result}\n` : shownOn(process.stdout, contentOf(parsed)));
    return isRecord(parsed) && parsed['isError'] === true ? EXIT.failed : EXIT.ok;
  } catch (thrown) {
    if (!(thrown instanceof RpcRefusal)) return failed(thrown, scrub);
    const code = thrown.code === undefined ? '' : ` (${thrown.code})`;
    print(process.stderr, `uc-mcp-bridge: the server refused the call${code}: ${scrub(excerpt(thrown.message))}\n`);
    return EXIT.failed;
  } finally {
    await talk?.close();
    await way.close();
  }
}

function named(name: string, tools: readonly ListedTool[]): ListedTool {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool !== undefined) return tool;
  const names = tools.map((candidate) => candidate.name);
  const near = names.length === 0 ? undefined : closest(name, names);
  const isSlip = near !== undefined && distance(name, near) <= Math.max(name.length, near.length) * SLIP;
  throw new Problem('badMessage', `The server lists no tool ${JSON.stringify(excerpt(name))}.`, {
    hint: isSlip ? `Did you mean ${near}?` : `It lists: ${names.slice(0, 100).join(', ') || 'none'}.`,
  });
}

/** Says what a tool may do that is not marked as one that only reads, and asks whoever sits there. */
async function isWanted({ annotations, name }: ListedTool): Promise<boolean> {
  if (annotations['readOnlyHint'] === true) return true;
  const marked =
    annotations['readOnlyHint'] === false
      ? 'is marked as one that changes something'
      : 'is not marked as one that only reads';
  const destructive = annotations['destructiveHint'] === true ? ', and as destructive' : '';
  print(process.stderr, `The tool ${name} ${marked}${destructive}: calling it once.\n`);
  if (!process.stdin.isTTY || !process.stderr.isTTY) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await terminal.question('Call it? [y/N] ')).trim());
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
