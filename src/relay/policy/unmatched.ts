/** Names of a policy that match no tool. A slip in an excluded name leaves the tool in the list. [T218] */

import { distance } from 'fastest-levenshtein';
import type { Matcher, ToolPolicy } from './policy.ts';
import { KNOWN_TOOLS } from './toolsets.ts';

export interface Unmatched {
  /** The option that holds the name. */
  readonly by: string;
  readonly name: string;
  readonly nearest?: string;
}

/** Letters that may differ for a name to be taken for a slip of another: a third of it. */
const SLIP = 1 / 3;

/**
 * Compares the names of a policy with a complete list. GitHub leaves out what its headers exclude, so that a known tool may
 * be missing there.
 */
export function unmatched(
  { excludeTools, tools }: ToolPolicy,
  listed: Iterable<string>,
  matcher: Matcher,
): Unmatched[] {
  const all = [...new Set([...listed, ...KNOWN_TOOLS])];
  const named = [
    ...(tools ?? []).map((name) => ({ by: '--tools', name })),
    ...(excludeTools ?? []).map((name) => ({ by: '--exclude-tools', name })),
  ];
  return named
    .filter(({ name }) => !name.startsWith('!') && !all.some(matcher([name])))
    .map((one) => ({ ...one, ...nearestTo(one.name, all) }));
}

function nearestTo(name: string, all: readonly string[]): { readonly nearest?: string } {
  const measured = all.map((tool) => ({ tool, slips: distance(folded(name), folded(tool)) }));
  const [first, ...others] = measured;
  if (first === undefined) return {};
  const nearest = others.reduce((best, next) => (next.slips < best.slips ? next : best), first);
  return nearest.slips <= name.length * SLIP ? { nearest: nearest.tool } : {};
}

/** Without what people write differently: case, hyphens, dots, blanks. */
function folded(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
