/** A message of a record, formatted for reading. Long ones are folded. */

import { element } from './dom.ts';
import { count } from './format.ts';

/** Lines that are shown without unfolding. */
const FOLD_LINES = 14;

/** @param text - JSON, which may have been cut */
export function bodyBlock(title: string, text: string): HTMLElement {
  const parts = textsIn(text) ?? [indented(text)];
  return element('div', { class: 'body-block' }, element('h3', {}, title), ...parts.map(folded));
}

function folded(text: string): HTMLElement {
  const block = () => element('pre', { tabindex: 0 }, text);
  const lines = text.split('\n');
  const isLong = lines.length > FOLD_LINES || text.length > 1200;
  if (!isLong) return block();
  const head = lines.slice(0, 3).join('\n').slice(0, 200);
  const summary = element(
    'summary',
    {},
    element('span', { class: 'more' }, `Show all (${count(text.length)} characters)`),
    element('code', {}, head),
  );
  return element('details', {}, summary, block());
}

/** Text of a tool's result, without the JSON around it. @returns undefined if it is anything else */
function textsIn(json: string): string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  const content = isObject(value) ? value['content'] : undefined;
  if (!Array.isArray(content) || content.length === 0) return undefined;
  const texts = content.map((item) => (isObject(item) && item['type'] === 'text' ? item['text'] : undefined));
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  return texts.map((text) => (/^\s*[[{]/.test(text) ? indented(text) : text));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

const TOKEN = /"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/gs;

/** JSON on several lines. Numbers keep their digits, and a text that was cut keeps what it has. */
export function indented(json: string): string {
  let depth = 0;
  let result = '';
  let last = '';
  const line = () => `\n${'  '.repeat(Math.max(0, depth))}`;
  for (const [token] of json.matchAll(TOKEN)) {
    const opens = last === '{' || last === '[';
    if (token === '}' || token === ']') {
      depth--;
      result += opens ? token : line() + token;
    } else if (token === ',' || token === ':') {
      result += token;
    } else {
      if (opens || last === ',') result += line();
      else if (last === ':') result += ' ';
      result += token;
      if (token === '{' || token === '[') depth++;
    }
    last = token;
  }
  return result;
}
