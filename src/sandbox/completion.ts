/** What an argument could go on to, given what was typed so far. */

import type { Store } from './store.ts';

export function completeOwner(store: Store, typed: string): string[] {
  return startingWith(typed, new Set(store.repositories().map(({ owner }) => owner)));
}

/** @param owner - narrows the names down to those of one account, where it is known by now */
export function completeRepository(store: Store, typed: string, owner: string | undefined): string[] {
  const repositories = store.repositories().filter((repository) => owner === undefined || repository.owner === owner);
  return startingWith(
    typed,
    repositories.map(({ name }) => name),
  );
}

/** Paths of files: only where the repository is known by now. */
export function completePath(
  store: Store,
  typed: string,
  owner: string | undefined,
  repo: string | undefined,
): string[] {
  return startingWith(typed, store.repository(owner ?? '', repo ?? '')?.files.keys() ?? []);
}

function startingWith(typed: string, candidates: Iterable<string>): string[] {
  return [...candidates].filter((candidate) => candidate.startsWith(typed));
}
