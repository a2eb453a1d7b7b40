import type { Client } from '../clients/client.ts';
import { EditRefused, isRecord, type Path, type Value, valueAt } from '../clients/formats/format.ts';
import { type Change, contentOf, orLeft, pathOf } from './change.ts';
import { startsBridge } from './ours.ts';
import { assertWithin, assertWritable, backupText, readTextFile } from './text-file.ts';

export interface Removal {
  readonly change: Change;
  /** Whether the file is then as it was before install, byte for byte. */
  readonly isExact: boolean;
  /** Names of the servers that go. */
  readonly names: readonly string[];
  /** The entries to remove, and their places. */
  readonly entries: readonly { readonly path: Path; readonly value: unknown }[];
  /** Names of servers that start the bridge too, but were written by hand or by a link. */
  readonly byHand: readonly string[];
}

/**
 * What has to change for the servers that `install` has put into a file to be gone.
 *
 * Where nothing else has changed since, which is when the same edit of the kept file gives this one, the file is as it was
 * before, byte for byte, or is not there, if it was not. Else the entries are cut out.
 *
 * @param only - name of the one server that is meant
 * @param within - the folder that no file may lead out of
 */
export async function removalFrom(
  client: Client,
  file: string,
  script: string,
  only: string | undefined,
  within: string | undefined,
): Promise<Removal> {
  const names: string[] = [];
  const entries: { path: Path; value: unknown }[] = [];
  const byHand: string[] = [];
  let isExact = false;
  const change = await orLeft(file, async () => {
    const from = await readTextFile(file);
    if (from.text === undefined) return { is: 'same', file };
    if (within !== undefined) await assertWithin(within, from);
    const content = contentOf(client.format.read(from.text));
    const container = client.container(content);
    const servers = valueAt(content, container);
    for (const [name, value] of Object.entries(isRecord(servers) ? servers : {})) {
      if (only !== undefined && name !== only) continue;
      const starts = startsBridge(value, script, within !== undefined);
      if (starts === 'install') {
        names.push(name);
        entries.push({ path: [...container, name] as unknown as Path, value });
      }
      if (starts === 'hand') byHand.push(name);
    }
    const [first] = names;
    if (first === undefined) return { is: 'same', file };
    assertWritable(from);
    let text: string | undefined = from.text;
    // The last that came in goes first.
    for (const name of [...names].reverse()) {
      if (text === undefined) break;
      const path: Path = [...container, name];
      const value = valueAt(content, path) as Value;
      const kept = await backupText(from, name);
      isExact = gives(client, kept ?? '', name, value, text);
      text = isExact ? kept : without(client, kept, text, path);
    }
    return { is: 'edit', file, from, to: text, path: [...container, first], replaces: 'own', written: undefined };
  });
  return { change, isExact, names, entries, byHand };
}

/** The text without the entry, and without what install has made around it. */
function without({ format }: Client, kept: string | undefined, text: string, path: Path): string {
  let rest = format.take(text, path);
  if (kept === undefined) return rest;
  const reading = format.read(kept);
  for (let length = path.length - 1; length > 0 && 'content' in reading; length -= 1) {
    const [first, ...inner] = path.slice(0, length);
    if (first === undefined || valueAt(reading.content, [first, ...inner]) !== undefined) break;
    const now = valueAt(contentOf(format.read(rest)), [first, ...inner]);
    if (!isRecord(now) || Object.keys(now).length > 0) break;
    rest = format.take(rest, [first, ...inner]);
  }
  return rest;
}

/** Whether putting the value into the kept text gives the present one. */
function gives(client: Client, kept: string, name: string, value: Value, text: string): boolean {
  try {
    const path = pathOf(client, contentOf(client.format.read(kept)), name);
    return client.format.put(kept, path, value) === text;
  } catch (error) {
    if (error instanceof EditRefused) return false;
    throw error;
  }
}
