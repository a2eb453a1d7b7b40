/** Asks for what no flag gives: the clients, and a profile that exists. */

import { existsSync } from 'node:fs';
import { quoted } from '../../config/echo.ts';
import type { ClientName } from '../../config/kinds/client.ts';
import { OPTIONS, type Option } from '../../config/options.ts';
import type { Asked } from '../../config/read.ts';
import { profileNames } from '../../databricks/profile.ts';
import type { Client } from '../clients/client.ts';
import { ALL_CLIENTS } from '../clients/clients.ts';
import type { Machine } from '../clients/machine.ts';
import { programOnPath } from './own-command.ts';
import type { Questions } from './questions.ts';

/** A profile that is named and not there: a refusal where others are, which a typing error is; else a note. */
export async function unknownProfile({
  config,
  texts,
}: Asked<'install'>): Promise<{ readonly sentence: string; readonly isRefusal: boolean } | undefined> {
  const named = texts.get('profile')?.[0];
  if (named === undefined || config.sandbox) return undefined;
  const names = await profileNames(config.configFile);
  if (names.includes(named)) return undefined;
  const there = names.length === 0 ? 'has none' : `has ${names.slice(0, 10).map(shown).join(', ')}`;
  const next = 'Make it with: databricks auth login --profile NAME';
  const sentence = `There is no profile ${shown(named)}: ${config.configFile} ${there}. ${next}`;
  return { sentence, isRefusal: names.length > 0 };
}

function shown(name: string): string {
  return quoted(name) ?? '"***"';
}

/** Those that are named, else those that are chosen, else those that are found. */
export async function clientsFor(
  { own }: Asked<'install'>,
  questions: Questions | undefined,
  machine: Machine,
): Promise<readonly ClientName[]> {
  if (own.clients.length > 0) return own.clients;
  const choices = ALL_CLIENTS.filter(({ client }) => client.files(own.scope, machine).length > 0).map(
    ({ client, name }) => ({ name, title: client.title, isHere: isHere(client, machine) }),
  );
  const found = choices.filter((choice) => choice.isHere);
  if (questions === undefined) return found.map(({ name }) => name);
  return questions.clients(
    found,
    choices.filter((choice) => !choice.isHere),
  );
}

function isHere({ program, signs }: Client, machine: Machine): boolean {
  return (
    signs(machine).some((sign) => existsSync(sign)) ||
    (program !== undefined && programOnPath(program, machine) !== undefined)
  );
}

/** What was given by flag, or answered, as flags again. */
export function flagsOf({ sources, texts }: Asked<'install'>): readonly string[] {
  return [...texts].flatMap(([field, values]) => {
    const { flag, kind }: Option<unknown> = OPTIONS[field];
    if (flag === undefined || sources.get(field) !== flag) return [];
    return kind.metavar === undefined ? [flag] : values.map((value) => `${flag}=${value}`);
  });
}
