import { describe, expect, it } from 'vitest';
import { BodyTooLarge, openBody } from '../../src/relay/body.ts';

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const text of texts) yield Buffer.from(text);
}

const kindOf = async (...texts: readonly string[]) => (await openBody(chunks(...texts), true, 100_000)).is;

describe('openBody', () => {
  it('knows an event stream behind any amount of white space, however it is cut (T106)', async () => {
    const space = '\n'.repeat(100);
    expect(await kindOf(`${space}data: a\n\n`)).toBe('events');
    expect(await kindOf(space, 'da', 'ta: a\n\n')).toBe('events');
    expect(await kindOf('\ufeff', space, 'data: a\n\n')).toBe('events');
    expect(await kindOf(' '.repeat(10_000), 'data: a\n\n')).toBe('events');
  });

  it('takes for a field what the standard takes for one, however it is cut (T106)', async () => {
    expect(await kindOf('event   \ndata: a\n\n')).toBe('whole');
    expect(await kindOf('event   ', '\ndata: a\n\n')).toBe('whole');
    expect(await kindOf('data', '\n\n')).toBe('events');
  });

  it('takes a byte order mark for one at the very beginning only', async () => {
    const stream = ['data: a\n\n', '\ufeffdata: b\n\n', 'data: c\n\n'];
    for (const given of [stream, [stream.join('')]]) {
      const body = await openBody(chunks(...given), true, 100_000);
      const data: string[] = [];
      if (body.is === 'events') for await (const each of body.events) data.push(Buffer.from(each).toString());
      expect(data).toEqual(['a', 'c']);
    }
  });
});

describe('a body of exactly the limit is held, and one of a byte more is not (T228)', () => {
  const LIMIT = 100;
  const JSON_TEXT = `"${'x'.repeat(LIMIT - 2)}"`;
  const event = (bytes: number) => `data: ${'x'.repeat(bytes - 8)}\n\n`;

  async function read(...texts: readonly string[]): Promise<number> {
    const body = await openBody(chunks(...texts), true, LIMIT);
    if (body.is === 'whole') return body.bytes.length;
    let chars = 0;
    for await (const data of body.events) chars += data.length;
    return chars;
  }

  it.each<[string, (text: string) => string[]]>([
    ['in one piece', (text) => [text]],
    ['in two pieces', (text) => [text.slice(0, 50), text.slice(50)]],
    ['in single bytes', (text) => [...text]],
  ])('%s', async (_how, cut) => {
    expect(await read(...cut(JSON_TEXT))).toBe(LIMIT);
    await expect(read(...cut(`${JSON_TEXT} `))).rejects.toThrow(BodyTooLarge);
    expect(await read(...cut(event(LIMIT)))).toBe(LIMIT - 8);
    await expect(read(...cut(event(LIMIT + 1)))).rejects.toThrow(BodyTooLarge);
  });
});
