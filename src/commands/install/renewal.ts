/** The changes to a client's file after which the entries of `install` start this version. */

import { type Client, restarted, startedBy } from '../clients/client.ts';
import { isRecord, type Path, type Value, valueAt } from '../clients/formats/format.ts';
import { type Change, contentOf, orLeft } from './change.ts';
import { isPortableLaunch, type Launch, PORTABLE } from './launch.ts';
import { startsBridge } from './ours.ts';
import { assertWithin, assertWritable, readTextFile } from './text-file.ts';

export interface RenewedEntry {
  readonly path: Path;
  readonly before: Value;
  readonly after: Value;
  readonly launch: Launch;
}

export interface Renewal {
  readonly change: Change;
  readonly entries: readonly RenewedEntry[];
  /** Number of entries that start this version already. */
  readonly current: number;
  /** Names of servers that start the bridge, but were written by hand or by a link. */
  readonly byHand: readonly string[];
  again(): Promise<Renewal>;
}

export interface Here {
  /** The script that runs now. */
  readonly script: string;
  /** The folder that no file may lead out of. */
  readonly within: string | undefined;
}

/** Only command and script change; options, environment and what a user added stay. */
export async function renewalFor(client: Client, file: string, launch: Launch, here: Here): Promise<Renewal> {
  const entries: RenewedEntry[] = [];
  const byHand: string[] = [];
  let current = 0;
  const change = await orLeft(file, async () => {
    const from = await readTextFile(file);
    if (from.text === undefined) return { is: 'same', file };
    if (here.within !== undefined) await assertWithin(here.within, from);
    const content = contentOf(client.format.read(from.text));
    const container = client.container(content);
    const servers = valueAt(content, container);
    let text = from.text;
    for (const [name, before] of Object.entries(isRecord(servers) ? servers : {})) {
      const starts = startsBridge(before, here.script, here.within !== undefined);
      if (starts === 'hand') byHand.push(name);
      if (starts !== 'install' || !isRecord(before)) continue;
      const path = [...container, name] as unknown as Path;
      const renewed = renewedEntry(path, before, launch);
      if (renewed === undefined) {
        current += 1;
        continue;
      }
      entries.push(renewed);
      text = client.format.put(text, path, renewed.after);
    }
    const [first] = entries;
    if (first === undefined) return { is: 'same', file };
    assertWritable(from);
    return { is: 'edit', file, from, to: text, path: first.path, replaces: 'own', written: first.before };
  });
  return { change, entries, current, byHand, again: () => renewalFor(client, file, launch, here) };
}

/** @returns undefined where it starts this version already */
function renewedEntry(path: Path, before: Value, local: Launch): RenewedEntry | undefined {
  const { args = [], command = '' } = startedBy(before) ?? {};
  const isPortable = isPortableLaunch(command, args);
  const launch = isPortable ? PORTABLE : local;
  const options = args.slice(isPortable ? 2 : 1);
  const words = [...launch.args, ...options];
  if (command === launch.command && args.every((arg, index) => arg === words[index])) return undefined;
  return { path, before, after: restarted(before, launch.command, words), launch };
}
