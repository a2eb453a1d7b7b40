/** One file of one client, with the change to it, as it is shown. */

import type { Client } from '../clients/client.ts';
import type { Own } from './apply.ts';
import { type Change, pathOf, type Wanted } from './change.ts';
import type { Page } from './page.ts';
import { entryChange, printed } from './shown-entry.ts';
import { placeOf } from './text-file.ts';

export interface Step {
  readonly client: Client;
  readonly wanted: Wanted;
  readonly change: Change;
  readonly own: Own | undefined;
}

export function isForeign({ change }: Step): boolean {
  return change.is === 'edit' && change.replaces === 'foreign';
}

/** Shows the step. @returns false where it is not done, because the user has to decide or to repair first */
export function showStep({ change, client, own, wanted }: Step, page: Page, isUnasked: boolean): boolean {
  const { entry, name } = wanted;
  switch (change.is) {
    case 'same':
      page.say(`${client.title}: ${change.file} has the entry already.`);
      return true;
    case 'left':
      if (own === undefined) {
        page.say(`${client.title}: left alone. ${change.sentence}`);
        return false;
      }
      page.say(`${client.title}: ${change.file}`);
      page.showChange(entryChange(client, pathOf(client, {}, name), undefined, entry));
      page.say(`${change.sentence} By its own command: ${spelled(own)}`);
      return true;
    case 'edit':
      page.say(`${client.title}: ${placeOf(change.from)}`);
      if (change.replaces === 'foreign' && isUnasked) {
        page.say(`"${name}" is there already and starts something else; it is left alone. ${RENAME}`);
        return false;
      }
      page.showChange(entryChange(client, change.path, change.written, entry));
      if (change.from.text !== undefined) page.say('Everything else in the file stays as it is.');
      if (client.alsoPasted !== undefined) {
        page.say(`${client.alsoPasted}\n${printed(client, pathOf(client, {}, name), entry)}`);
      }
      if (own !== undefined) page.say(`By its own command: ${spelled(own)}`);
      if (change.replaces === 'foreign') {
        page.say(`"${name}" is there already and starts something else. ${RENAME}`);
      }
      return true;
  }
}

const RENAME = 'Give this one another name with --name.';

function spelled({ args, program }: Own): string {
  return [program, ...args].map(shown).join(' ');
}

/** As a shell would take it. */
function shown(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
