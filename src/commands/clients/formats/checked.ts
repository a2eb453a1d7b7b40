import { isDeepStrictEqual } from 'node:util';
import { EditRefused, type Format, isRecord, type Path, plain, type Reading, valueAt, withValue } from './format.ts';

/**
 * A format whose every edit has been read back: what it changes is the one value, or it is refused. So an edit may
 * rely on how a file is laid out, which no parser tells, without ever being wrong about it.
 */
export function checked(format: Format): Format {
  return {
    read: format.read,
    put: (text, path, value) => {
      for (let length = 1; length < path.length; length += 1) {
        const outer = valueAt(contentOf(format.read(text)), path.slice(0, length));
        if (outer !== undefined && outer !== null && (typeof outer !== 'object' || Array.isArray(outer))) {
          throw new EditRefused(`has "${path.slice(0, length).join('.')}", which is no table of servers`);
        }
      }
      return same(format, format.put(text, path, value), withValue(contentOf(format.read(text)), path, value), path);
    },
    take: (text, path) => {
      const content = contentOf(format.read(text));
      if (valueAt(content, path) === undefined) return text;
      return same(format, format.take(text, path), withValue(content, path, undefined), path);
    },
  };
}

function same({ read }: Format, text: string, wanted: unknown, path: Path): string {
  const reading = read(text);
  const comparable = (content: unknown) => plain(withoutEmpty(content, path));
  if ('content' in reading && isDeepStrictEqual(comparable(reading.content), comparable(wanted))) return text;
  throw new EditRefused('is written in a form that cannot be edited without touching what is not ours');
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
