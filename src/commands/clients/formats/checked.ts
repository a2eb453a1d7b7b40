import {
  EditRefused,
  type Format,
  isRecord,
  isSameContent,
  type Path,
  type Reading,
  valueAt,
  withValue,
} from './format.ts';

/**
 * A format whose every edit has been read back: what it changes is the one value, or it is refused. So an edit may
 * rely on how a file is laid out, which no parser tells, without ever being wrong about it.
 */
export function checked({ put, read: parse, take }: Format): Format {
  const read = remembering((text) => withoutOverflow(() => parse(text)));
  return {
    read,
    put: (text, path, value) =>
      withoutOverflow(() => {
        const content = contentOf(read(text));
        for (let length = 1; length < path.length; length += 1) {
          const outer = valueAt(content, path.slice(0, length));
          if (outer !== undefined && outer !== null && (typeof outer !== 'object' || Array.isArray(outer))) {
            throw new EditRefused(`has "${path.slice(0, length).join('.')}", which is not a table of servers`);
          }
        }
        return same(read, put(text, path, value), withValue(content, path, value), path);
      }),
    take: (text, path) =>
      withoutOverflow(() => {
        const content = contentOf(read(text));
        if (valueAt(content, path) === undefined) return text;
        return same(read, take(text, path), withValue(content, path, undefined), path);
      }),
  };
}

function same(read: Format['read'], text: string, wanted: unknown, path: Path): string {
  const reading = read(text);
  if ('content' in reading && isSameContent(withoutEmpty(reading.content, path), withoutEmpty(wanted, path))) {
    return text;
  }
  throw new EditRefused('is written in a form that cannot be edited without touching what is not ours');
}

/** Each edit needs the texts before and after it several times. */
function remembering(read: Format['read']): Format['read'] {
  let known: readonly (readonly [text: string, reading: Reading])[] = [];
  return (text) => {
    const [, reading = read(text)] = known.find(([other]) => other === text) ?? [];
    known = [[text, reading] as const, ...known.filter(([other]) => other !== text)].slice(0, 2);
    return reading;
  };
}

/** Parsers recurse, so that the stack limits the depth of what they read. */
function withoutOverflow<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw new EditRefused('is nested too deeply');
    throw error;
  }
}

/** In TOML a table is there only as long as something is in it: what is empty on the way to a value may be gone. */
function withoutEmpty(content: unknown, path: readonly string[]): unknown {
  const [first, ...rest] = path.slice(0, -1);
  if (first === undefined) return content;
  const outer: Path = [first, ...rest];
  const value = valueAt(content, outer);
  const isEmpty = isRecord(value) && Object.keys(value).length === 0;
  return withoutEmpty(isEmpty ? withValue(content, outer, undefined) : content, outer);
}

function contentOf(reading: Reading): unknown {
  if ('content' in reading) return reading.content;
  throw new EditRefused(reading.wrong);
}
