/**
 * An event stream read as the HTML standard says it, one character at a time. [HTML, Server-sent events, Interpreting an
 * event stream]
 */

export interface ReadStream {
  /** Data of the events without a name, or named `message`: MCP has no others. */
  readonly data: readonly string[];
  /** Id of the last event that was dispatched with one. */
  readonly lastEventId: string | undefined;
  /** What the last sound `retry` field says. */
  readonly retryMs: number | undefined;
}

export function readStream(text: string): ReadStream {
  const data: string[] = [];
  let [buffer, type] = ['', ''];
  let id: string | undefined;
  let lastEventId: string | undefined;
  let retryMs: number | undefined;

  const process = (field: string, value: string) => {
    if (field === 'event') type = value;
    else if (field === 'data') buffer += `${value}\n`;
    else if (field === 'id' && !value.includes('\0')) id = value;
    else if (field === 'retry' && /^[0-9]+$/.test(value)) retryMs = Number(value);
  };
  const takeLine = (line: string) => {
    if (line === '') {
      lastEventId = id;
      if (buffer !== '' && (type === '' || type === 'message')) data.push(buffer.slice(0, -1));
      [buffer, type] = ['', ''];
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    if (colon < 0) return process(line, '');
    const value = line.slice(colon + 1);
    process(line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value);
  };

  let line = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\r' || character === '\n') {
      if (character === '\r' && text[at + 1] === '\n') at++;
      takeLine(line);
      line = '';
    } else {
      line += character;
    }
  }
  return { data, lastEventId, retryMs };
}
