/** What install asks at a terminal. Loaded only where somebody is there to answer. */

import type { Readable, Writable } from 'node:stream';
import { confirm, isCancel, multiselect, select, text } from '@clack/prompts';
import type { ClientName } from '../../config/kinds/client.ts';
import { CONNECTION } from '../../config/kinds/connection.ts';
import type { Offer } from './offers.ts';

/** The person has left, by Ctrl-C or Escape. */
export class Left extends Error {}

export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

export interface Questions {
  connection(): Promise<string>;
  destination(offers: readonly Offer[]): Promise<Offer>;
  /** @param names - of the profiles that there are; with none of them there is nothing to ask */
  profile(names: readonly string[]): Promise<string | undefined>;
  clients(found: readonly Choice[], others: readonly Choice[]): Promise<readonly ClientName[]>;
  yes(question: string): Promise<boolean>;
}

export interface Choice {
  readonly name: ClientName;
  readonly title: string;
}

export function questionsAt(terminal: Terminal): Questions {
  return {
    connection: async () =>
      answer(
        await text({
          ...terminal,
          message: 'Which Unity Catalog connection leads to the MCP server?',
          placeholder: 'github_u2m_connection',
          validate: (given = '') => {
            const parsed = CONNECTION.read(given.trim(), { home: '', cwd: '' });
            return 'wrong' in parsed ? parsed.wrong : undefined;
          },
        }),
      ).trim(),
    destination: async (offers) => {
      const options = offers.map(({ field, isMarked, name }) => ({
        value: `${field} ${name}`,
        label: name,
        hint: `${field}${isMarked ? '' : ', not marked as an MCP server'}`,
      }));
      const message = 'Which connection or MCP service should the clients use?';
      const picked = answer(await select<string>({ ...terminal, message, options }));
      return offers.find(({ field, name }) => `${field} ${name}` === picked) as Offer;
    },
    profile: async (names) => {
      if (names.length < 2) return names[0];
      const options = names.map((name) => ({ value: name, label: name }));
      return answer(await select({ ...terminal, message: 'Which Databricks profile signs you in?', options }));
    },
    clients: async (found, others) => {
      const hint = (choice: Choice, said?: string) => ({
        value: choice.name as string,
        label: choice.title,
        ...(said === undefined ? {} : { hint: said }),
      });
      const picked = answer(
        await multiselect<string>({
          ...terminal,
          message: 'Which clients should use it?',
          options: [...found.map((choice) => hint(choice)), ...others.map((choice) => hint(choice, 'not found here'))],
          initialValues: found.map(({ name }) => name),
          required: true,
          maxItems: 16,
        }),
      );
      return [...found, ...others].map(({ name }) => name).filter((name) => picked.includes(name));
    },
    yes: async (message) => answer(await confirm({ ...terminal, message, initialValue: false })),
  };
}

function answer<T>(given: T): Exclude<T, symbol> {
  if (isCancel(given)) throw new Left();
  return given as Exclude<T, symbol>;
}
