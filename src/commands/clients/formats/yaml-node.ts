import { COLLECTION_STYLE_FLOW, EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE_PLAIN } from 'js-yaml';

/** A value of a YAML text, and where it stands. */
export interface YamlNode {
  /** As JSON would have it. An alias is a text of its own, and tags say nothing: this is for comparing. */
  readonly content: unknown;
  readonly isFlow: boolean;
  /** Of a mapping. */
  readonly keys: readonly YamlKey[];
}

export interface YamlKey {
  readonly name: string;
  /** Offsets in the text, with the quotes. */
  readonly start: number;
  readonly end: number;
  readonly value: YamlNode;
}

/** The text is well-formed, and may be read in two ways. */
export class Ambiguous extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const NOTHING: YamlNode = { content: null, isFlow: false, keys: [] };

/** @throws Ambiguous, or js-yaml's own error */
export function nodeOf(text: string): YamlNode {
  const events = parseEvents(text, {});
  const documents = events.filter(({ type }) => type === EVENT_ID.DOCUMENT).length;
  if (documents > 1) throw new Ambiguous('holds several YAML documents', 0);
  let next = 1;
  return isEnd(events[next]) ? NOTHING : node();

  function node(): YamlNode {
    const event = events[next];
    next += 1;
    switch (event?.type) {
      case EVENT_ID.MAPPING:
        return mapping(event.style === COLLECTION_STYLE_FLOW);
      case EVENT_ID.SEQUENCE: {
        const items: unknown[] = [];
        while (!isEnd(events[next])) items.push(node().content);
        next += 1;
        return { ...NOTHING, content: items };
      }
      case EVENT_ID.SCALAR:
        return { ...NOTHING, content: scalar(getScalarValue(text, event), event.style === SCALAR_STYLE_PLAIN) };
      case EVENT_ID.ALIAS:
        return { ...NOTHING, content: `*${text.slice(event.anchorStart, event.anchorEnd)}` };
      default:
        return NOTHING;
    }
  }

  function mapping(isFlow: boolean): YamlNode {
    const keys: YamlKey[] = [];
    const names = new Set<string>();
    while (!isEnd(events[next])) {
      const event = events[next];
      const { content } = node();
      const quote = event?.type === EVENT_ID.SCALAR && event.style !== SCALAR_STYLE_PLAIN ? 1 : 0;
      const [start, end] = event?.type === EVENT_ID.SCALAR ? [event.valueStart, event.valueEnd] : [0, 0];
      const name = typeof content === 'string' ? content : JSON.stringify(content);
      if (names.has(name)) throw new Ambiguous(`has "${name}" twice`, start);
      names.add(name);
      keys.push({ name, start: start - quote, end: end + quote, value: node() });
    }
    next += 1;
    const content = Object.fromEntries(keys.map(({ name, value }) => [name, value.content]));
    return { content, isFlow, keys };
  }
}

function isEnd(event: Event | undefined): boolean {
  return event === undefined || event.type === EVENT_ID.POP;
}

/** Enough of YAML's core schema to tell texts from what is none. */
function scalar(text: string, isPlain: boolean): unknown {
  if (!isPlain) return text;
  if (/^(?:null|Null|NULL|~)?$/.test(text)) return null;
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  return /^-?(?:0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text;
}
