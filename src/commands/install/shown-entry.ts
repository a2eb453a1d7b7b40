import { ALL_OPTIONS, type Option } from '../../config/options.ts';
import { type Client, type Entry, restarted, startedBy } from '../clients/client.ts';
import { isRecord, type Path, type Value, valueAt } from '../clients/formats/format.ts';
import { holdsCredential } from './entry.ts';
import { isPortableLaunch } from './launch.ts';

const COVERED = '***';
const SHOWN_WORDS = 60;
const SHOWN_CHARS = 300;

/**
 * Our own entry before and after, in the client's format. Nothing else of a file is shown, and of the entry before only
 * what `install` writes: values that a user added may be secrets.
 *
 * @param before - an entry that `install` has written
 */
export function entryChange(client: Client, path: Path, before: unknown, after: Entry | undefined): string {
  const lines = (entry: Entry | undefined) => (entry === undefined ? [] : printed(client, path, entry).split('\n'));
  const [old, now] = [lines(before === undefined ? undefined : covered(before)), lines(after)];
  return compared(old, now);
}

/** Lines that are gone after "-", new ones after "+", others after a blank. */
function compared(old: readonly string[], now: readonly string[]): string {
  let same = 0;
  while (same < old.length && same < now.length && old[same] === now[same]) same += 1;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - same && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  return [
    ...now.slice(0, same).map((line) => `  ${line}`),
    ...old.slice(same, old.length - tail).map((line) => `- ${line}`),
    ...now.slice(same, now.length - tail).map((line) => `+ ${line}`),
    ...now.slice(now.length - tail).map((line) => `  ${line}`),
  ].join('\n');
}

/** An entry before and after `update`, in the client's format, with what a user may have added masked. */
export function launchChange(
  { format }: Client,
  { after, before, path }: { readonly path: Path; readonly before: Value; readonly after: Value },
): string {
  const lines = (value: Value) => {
    const { args, command } = covered(value);
    return format
      .put('', path, restarted(launchIn(value), command, args))
      .trimEnd()
      .split('\n');
  };
  return compared(lines(before), lines(after));
}

/** The members that name the program, as a value of this client has them. */
function launchIn(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name === 'cmd' || name === 'command'));
}

/** The entry as the whole of a file. */
export function printed({ format, value }: Client, path: Path, entry: Entry): string {
  return format.put('', path, value(entry, path.at(-1) ?? '')).trimEnd();
}

const BY_FLAG: ReadonlyMap<string, Option<unknown>> = new Map(
  ALL_OPTIONS.flatMap((option) => (option.flag === undefined ? [] : [[option.flag, option] as const])),
);
const BY_VARIABLE = new Map(ALL_OPTIONS.map((option) => [option.env, option]));

/** Keeps values that `install` may have written readable and masks the rest. */
function covered(value: unknown): Entry {
  const { args = [], command = COVERED } = startedBy(value) ?? {};
  const count = isPortableLaunch(command, args) ? 2 : 1;
  const [launch, words] = [args.slice(0, count), args.slice(count)];
  const shown = words.slice(0, SHOWN_WORDS).map((word, index) => {
    const [flag = '', ...rest] = word.split('=');
    if (rest.length > 0) return BY_FLAG.has(flag) ? `${flag}=${safe(rest.join('='), BY_FLAG.get(flag))}` : COVERED;
    return BY_FLAG.has(word) ? word : safe(word, BY_FLAG.get(words[index - 1] ?? ''));
  });
  return {
    command,
    args: [...launch, ...shown],
    env: Object.fromEntries(
      Object.entries(environmentIn(value)).map(([name, text]) => [name, safe(String(text), BY_VARIABLE.get(name))]),
    ),
  };
}

function environmentIn(value: unknown): Readonly<Record<string, unknown>> {
  const found = ['env', 'envs', 'environment'].map((name) => valueAt(value, [name])).find(isRecord);
  return Object.fromEntries(Object.entries(found ?? {}).slice(0, SHOWN_WORDS));
}

function safe(text: string, option: { readonly secret?: true } | undefined): string {
  const isPlain = text.length <= SHOWN_CHARS && /^[\x20-\x7e]*$/.test(text) && !/[?#]/.test(text);
  return option !== undefined && option.secret !== true && isPlain && !holdsCredential(text) ? text : COVERED;
}

const SGR: Readonly<Record<string, number>> = { '+': 32, '-': 31 };

export function coloured(lines: string): string {
  return lines
    .split('\n')
    .map((line) => {
      const colour = SGR[line[0] ?? ''];
      return colour === undefined ? line : `\u001b[${colour}m${line}\u001b[0m`;
    })
    .join('\n');
}
