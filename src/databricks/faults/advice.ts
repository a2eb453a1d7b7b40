/** What the workspace can add to the advice on a fault: the names that may be meant, and who asks for a privilege. */

import { closest, distance } from 'fastest-levenshtein';
import type { Enquire } from '../../ports.ts';
import { isRecord } from '../../protocol/json.ts';
import { listConnections, listServices, schemaOf } from '../catalog.ts';
import type { Target } from '../targets.ts';
import type { Place } from './place.ts';
import type { Row } from './table.ts';

type Advise = (place: Place, enquire: Enquire) => Promise<string | undefined>;

/** By the advice that a row asks for: the better hint; undefined where there is none. */
export const adviceOn: Readonly<Record<NonNullable<Row['advice']>, Advise>> = {
  async 'near-names'({ target }, enquire) {
    const names = await namesLike(target, enquire);
    return names && nameHint(target, names);
  },

  async grantee({ target }, enquire) {
    const me = await enquire('/api/2.0/preview/scim/v2/Me');
    const name = isRecord(me) ? me['userName'] : undefined;
    return typeof name === 'string' && /^[\w.@+-]{1,254}$/.test(name)
      ? `Ask its owner for: ${target.grant(name)}`
      : undefined;
  },
};

/** Letters that may differ for a name to be taken for a slip of another: a third of it. */
const SLIP = 1 / 3;
/** More names than these are no help in a sentence. */
const MOST_NAMES = 8;
/** Pages of the list that are read. */
const PAGES = 3;

function nameHint(
  { option, sort }: Target,
  { all, meant }: { all: readonly string[]; meant: string | undefined },
): string {
  const check = `Check ${option}, and that the host is the right workspace.`;
  if (meant !== undefined) return `Did you mean ${meant}? ${check}`;
  const what = sort === 'service' ? 'MCP services' : 'HTTP connections';
  if (all.length === 0) return `You can see no ${what} there. ${check}`;
  const more = all.length > MOST_NAMES ? ', ...' : '';
  return `The ${what} that you can see there are ${all.slice(0, MOST_NAMES).join(', ')}${more}. ${check}`;
}

async function namesLike(
  target: Target,
  enquire: Enquire,
): Promise<{ all: readonly string[]; meant: string | undefined } | undefined> {
  const all = (await listOf(target, enquire))?.filter((name) => name !== target.id).sort();
  if (all === undefined) return undefined;
  const wanted = target.id.toLowerCase();
  const folded = new Map(all.map((name) => [name.toLowerCase(), name]));
  const [longer] = all.filter((name) => name.toLowerCase().includes(wanted) || wanted.includes(name.toLowerCase()));
  const near = folded.size > 0 ? closest(wanted, [...folded.keys()]) : '';
  const isNear = near !== '' && distance(wanted, near) <= wanted.length * SLIP;
  return { all, meant: isNear ? folded.get(near) : longer };
}

/** Only names that the option takes: a hint must not carry other text of a server's. */
async function listOf({ id, sort }: Target, enquire: Enquire): Promise<string[] | undefined> {
  if (sort === 'endpoint') return undefined;
  const schema = schemaOf(id);
  const found =
    sort === 'service'
      ? await listServices(enquire, schema ?? '', PAGES)
      : await listConnections(enquire, { schema, mostPages: PAGES });
  return found.map(({ name }) => name).filter((name) => /^[\w.-]{1,255}$/.test(name));
}
