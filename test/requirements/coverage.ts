/** Requirements and citations, held against each other. */

import type { Citation } from './citations.ts';
import type { Requirement } from './requirement.ts';

export interface Coverage {
  readonly covered: readonly { readonly requirement: Requirement; readonly by: readonly Citation[] }[];
  readonly notApplicable: readonly Requirement[];
  readonly planned: readonly Requirement[];
  readonly uncovered: readonly Requirement[];
  /** Citations of what nobody requires. */
  readonly unknown: readonly Citation[];
}

export function coverageOf(requirements: readonly Requirement[], citations: readonly Citation[]): Coverage {
  const byId = new Map(requirements.map(({ id }) => [id, [] as Citation[]]));
  const unknown = citations.filter((citation) => byId.get(citation.id)?.push(citation) === undefined);
  const found = requirements.map((requirement) => ({ requirement, by: byId.get(requirement.id) ?? [] }));
  const rest = found.filter(({ by }) => by.length === 0).map(({ requirement }) => requirement);
  return {
    covered: found.filter(({ by }) => by.length > 0),
    notApplicable: rest.filter(({ notApplicable }) => notApplicable !== undefined),
    planned: rest.filter(({ planned }) => planned),
    uncovered: rest.filter(({ notApplicable, planned }) => notApplicable === undefined && !planned),
    unknown,
  };
}

/** `204 requirements: 190 covered, ...` */
export function countOf({ covered, notApplicable, planned, uncovered }: Coverage): string {
  const total = covered.length + notApplicable.length + planned.length + uncovered.length;
  return `${total} requirements: ${covered.length} covered, ${notApplicable.length} not applicable, ${planned.length} planned, ${uncovered.length} missing`;
}
