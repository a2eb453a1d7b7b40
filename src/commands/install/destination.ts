/** The destinations: the given ones, otherwise those that the workspace shows to the signed-in user. */

import { USAGE } from '../../config/problems.ts';
import type { Asked } from '../../config/read.ts';
import { profileNames } from '../../databricks/profile.ts';
import { Problem } from '../../protocol/problem.ts';
import { EXIT, exitCodeFor } from '../failed.ts';
import { PLACEHOLDER } from './entry.ts';
import { type Offer, offersOf } from './offers.ts';
import type { Questions } from './questions.ts';
import { NO_DESTINATION } from './servers.ts';
import { hasWorkspace, type RunCommand, signInIfNeeded } from './verified.ts';

/** Why there can be no entry. */
export interface Refusal {
  readonly sentence: string;
  readonly exit: number;
}

/** @param run - undefined where the workspace is not to be asked */
export async function withDestination(
  first: Asked<'install'>,
  questions: Questions | undefined,
  run: RunCommand | undefined,
): Promise<Asked<'install'> | Refusal> {
  const asked = await withProfile(first, questions);
  const { connection, sandbox, service, url } = asked.config;
  if (sandbox || [connection, url, service].some((given) => given !== undefined)) return asked;
  if (asked.own.dryRun) return said(asked, 'connection', PLACEHOLDER);
  const none = { sentence: NO_DESTINATION, exit: USAGE };
  const byName = async () => (questions ? said(asked, 'connection', await questions.connection()) : undefined);
  if (run === undefined || !(await hasWorkspace(asked))) return (await byName()) ?? none;
  try {
    await signInIfNeeded(asked, run);
    const offers = await offersOf(asked);
    if (questions !== undefined && offers.length > 0) {
      const { field, name } = await questions.destination(offers);
      return said(asked, field, name);
    }
    const chosen = questions === undefined ? onlyOne(offers) : await byName();
    if (chosen === undefined || 'sentence' in chosen) return chosen ?? none;
    return 'field' in chosen ? said(asked, chosen.field, chosen.name) : chosen;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return (await byName()) ?? { sentence: `${error.message} ${error.hint}`, exit: exitCodeFor(error) };
  }
}

/** The one connection that is marked as an MCP server, else the one service; a choice between several is the user's. */
function onlyOne(offers: readonly Offer[]): Offer | Refusal {
  const marked = offers.filter(({ field, isMarked }) => field === 'connection' && isMarked);
  const services = offers.filter(({ field }) => field === 'service');
  const [only, ...others] = marked.length > 0 ? marked : services;
  if (only !== undefined && others.length === 0) return only;
  if (offers.length === 0) {
    const sentence = 'The workspace shows you no MCP service and no connection: ask its administrators for one.';
    return { sentence, exit: EXIT.configuration };
  }
  const names = offers.map(({ field, name }) => `--${field} ${name}`);
  return { sentence: `The workspace shows you several ways: choose one with ${names.join(' or ')}.`, exit: USAGE };
}

/** Without a host, the profile says which workspace is meant. */
async function withProfile(asked: Asked<'install'>, questions: Questions | undefined): Promise<Asked<'install'>> {
  const { config, sources } = asked;
  if (config.sandbox || sources.has('profile') || (sources.has('host') && questions !== undefined)) return asked;
  const profile = await questions?.profile(await profileNames(config.configFile));
  return profile === undefined ? asked : said(asked, 'profile', profile);
}

/** As if it had been given by flag. */
function said(asked: Asked<'install'>, field: 'connection' | 'service' | 'profile', text: string): Asked<'install'> {
  const { config, sources, texts } = asked;
  return {
    ...asked,
    config: { ...config, [field]: text },
    sources: new Map(sources).set(field, `--${field}`),
    texts: new Map(texts).set(field, [text]),
  };
}
