/** Which workspace is meant, and what is known of signing in to it: what was given, completed from a profile. */

import { Problem } from '../protocol/problem.ts';
import { ATTRIBUTE_ROWS, type Attribute, FOREIGN, type Found, type Values } from './auth/attributes.ts';
import { WORKSPACE_ID, workspaceHost } from './host.ts';
import { type Profile, readProfile } from './profile.ts';
import { unexpanded, unexpandedIn } from './unexpanded.ts';

/** What arguments and environment say. */
export interface WorkspaceSettings extends Readonly<Partial<Record<Attribute, string | undefined>>> {
  readonly profile: string | undefined;
  /** Absolute path. */
  readonly configFile: string;
}

/** Where the settings come from. */
export interface Surroundings {
  /** By the name of the setting: `--host`, `DATABRICKS_HOST`. */
  readonly sources: ReadonlyMap<string, string>;
  /** Environment variables that are no settings of ours. */
  variable(name: string): string | undefined;
}

/** A workspace as it is to be entered. */
export interface Workspace {
  readonly origin: string;
  /** Where `origin` was found. */
  readonly from: string;
  readonly workspaceId: Found | undefined;
  /** The profile that completed what was given, and how it came to be that one. */
  readonly profile: { readonly name: string; readonly from: string; readonly isOfHost: boolean } | undefined;
  /** Absolute path of the configuration file. */
  readonly configFile: string;
  /** Some are secret. */
  readonly values: Values;
  /** Ways for which there are attributes, and which this bridge has not. */
  readonly foreign: readonly Found[];
  readonly warnings: readonly string[];
}

/**
 * Resolves each attribute: what was given goes before the profile. [Databricks unified authentication]
 *
 * As in the SDKs, a profile that nobody named completes nothing where it could mix two identities: where a credential was
 * given, only the host may come from it; where a host was given, it has to be the profile's own.
 *
 * @throws Problem of kind `auth`, with the next step as its hint
 */
export async function resolveWorkspace(settings: WorkspaceSettings, around: Surroundings): Promise<Workspace> {
  const all = givenBy(settings, around);
  const profile = await profileFor(settings, all, around).catch((error) => {
    throw settings.profile === undefined && hasCredential(all) ? onlyCredential(all, error) : error;
  });
  const own = profile && hostOf(profile, settings.configFile);
  const outdone = own === undefined ? [] : outdoneByProfile(own.origin, all, around);
  const given = new Map([...all].filter(([attribute]) => !outdone.includes(attribute)));
  const host = given.get('host') ?? (own && { text: own.origin, from: nameOf(profile) });
  if (host === undefined) throw noHost(profile, settings);

  const isOfHost = own?.origin === host.text;
  const mayComplete = profile !== undefined && (settings.profile !== undefined || (isOfHost && !hasCredential(given)));
  const completed = mayComplete ? profileValues(profile, settings.configFile) : new Map<Attribute, Found>();
  const values = new Map([...completed, ...given, ['host', host] as const]);
  const ownId = isOfHost ? own.workspaceId : undefined;
  const workspaceId = given.get('workspaceId') ?? (ownId ? { text: ownId, from: nameOf(profile) } : undefined);
  return {
    origin: host.text,
    from: host.from,
    workspaceId,
    profile: profile && { name: profile.name, from: whyProfile(profile, settings, around), isOfHost },
    configFile: settings.configFile,
    values,
    foreign: foreignWays(mayComplete ? profile : undefined, around),
    warnings: [
      ...(profile?.warnings ?? []),
      ...(outdone.length === 0
        ? []
        : [`--profile ${profile?.name} is used instead of ${namesOf(outdone, all).join(', ')} of the environment.`]),
    ],
  };
}

/** Names by which single SDKs know a variable. */
const ALIASES: readonly (readonly [Attribute, string])[] = [['oidcTokenFile', 'DATABRICKS_OIDC_TOKEN_FILE']];

function givenBy(settings: WorkspaceSettings, { sources, variable }: Surroundings): Map<Attribute, Found> {
  const given = new Map<Attribute, Found>();
  for (const [attribute] of ATTRIBUTE_ROWS) {
    const text = settings[attribute];
    if (text !== undefined)
      given.set(attribute, { text, from: sources.get(attribute) ?? sources.get('host') ?? 'the settings' });
  }
  for (const [attribute, name] of ALIASES) {
    const text = variable(name);
    if (text && !given.has(attribute)) given.set(attribute, { text, from: name });
  }
  return given;
}

/** What makes a credential, or half of one. */
const CREDENTIALS: readonly Attribute[] = [
  'token',
  'clientId',
  'clientSecret',
  'azureClientSecret',
  'oidcTokenEnv',
  'oidcTokenFile',
];

/**
 * An explicit `--profile` goes before host and token of the environment, as with the Databricks CLI since 1.7.
 * `DATABRICKS_CONFIG_PROFILE` does not.
 */
function outdoneByProfile(origin: string, given: Values, { sources }: Surroundings): readonly Attribute[] {
  if (sources.get('profile') !== '--profile') return [];
  const isOfEnvironment = (attribute: Attribute) => given.get(attribute)?.from.startsWith('--') === false;
  // The id belongs to the host.
  const isHost = isOfEnvironment('host') && given.get('host')?.text !== origin;
  const place: readonly Attribute[] = isHost ? ['host', 'workspaceId'] : [];
  return [...place, 'token' as const].filter(isOfEnvironment);
}

function namesOf(attributes: readonly Attribute[], given: Values): readonly string[] {
  return [...new Set(attributes.flatMap((attribute) => given.get(attribute)?.from ?? []))];
}

function hasCredential(given: Values): boolean {
  return CREDENTIALS.some((attribute) => given.has(attribute));
}

async function profileFor(
  { configFile, profile }: WorkspaceSettings,
  given: Values,
  around: Surroundings,
): Promise<Profile | undefined> {
  const isNamed = profile !== undefined;
  const isEnough = given.has('host') && (hasCredential(given) || foreignWays(undefined, around).length > 0);
  if (!isNamed && isEnough) return undefined;
  const reading = readProfile(configFile, profile);
  if (isNamed || !given.has('host')) return reading;
  // With a host there are ways that need no profile. One for another host is not meant, and one that cannot be read is
  // not in the way.
  const found = await reading.catch(() => undefined);
  if (found === undefined) return undefined;
  const written = workspaceHost(found.values.get('host') ?? '');
  return typeof written !== 'string' && written.origin === given.get('host')?.text ? found : undefined;
}

function profileValues(profile: Profile, file: string): Map<Attribute, Found> {
  const found = new Map<Attribute, Found>();
  for (const [attribute, { keys, secret }] of ATTRIBUTE_ROWS) {
    const key = keys.find((candidate) => profile.values.get(candidate));
    const text = key && profile.values.get(key);
    if (!text) continue;
    const variable = unexpandedIn(text, 'whole');
    if (variable !== undefined) throw refused(key, unexpanded(variable, secret), profile, file);
    found.set(attribute, { text, from: nameOf(profile) });
  }
  return found;
}

function foreignWays(profile: Profile | undefined, { variable }: Surroundings): readonly Found[] {
  return FOREIGN.flatMap(({ key, variable: name, way }) => {
    if (isSet(variable(name))) return [{ text: way, from: name }];
    return isSet(profile?.values.get(key)) ? [{ text: way, from: `${key} of ${nameOf(profile)}` }] : [];
  });
}

/** Switches among the attributes are off by `false`. */
function isSet(text: string | undefined): boolean {
  return text !== undefined && !/^(?:|false|0)$/i.test(text);
}

function whyProfile({ isPreferred }: Profile, { profile }: WorkspaceSettings, { sources }: Surroundings): string {
  if (profile !== undefined) return sources.get('profile') ?? 'as named';
  return isPreferred ? 'default_profile of the file' : 'by default';
}

function nameOf(profile: { readonly name: string } | undefined): string {
  return `the profile [${profile?.name}]`;
}

/** What the `databricks` CLI writes for a person who skipped the choice of a workspace. [databricks/cli, libs/auth] */
const NO_WORKSPACE_ID = /^(?:none)?$/;

function hostOf(profile: Profile, file: string): { origin: string; workspaceId: string | undefined } | undefined {
  const written = profile.values.get('host');
  if (!written) return undefined;
  const variable = unexpandedIn(written, 'anywhere');
  if (variable !== undefined) throw refused('host', unexpanded(variable), profile, file);
  const host = workspaceHost(written);
  if (typeof host === 'string') throw refused('host', host, profile, file);
  const { origin, workspaceId } = host;
  const given = profile.values.get('workspace_id') ?? '';
  const id = NO_WORKSPACE_ID.test(given) ? workspaceId : given;
  if (id === undefined || WORKSPACE_ID.test(id)) return { origin, workspaceId: id };
  throw refused('workspace_id', 'the id of a workspace consists of digits or letters.', profile, file);
}

function refused(key: string, because: string, { lines, name }: Profile, file: string): Problem {
  return new Problem('auth', `The ${key} of the profile [${name}] is refused: ${because}`, {
    hint: `Correct it in ${file}:${lines.get(key)}.`,
    misconfigured: true,
  });
}

function noHost(profile: Profile | undefined, { configFile }: WorkspaceSettings): Problem {
  const hint = 'Add a line "host = https://..." to it, or set DATABRICKS_HOST.';
  return new Problem('auth', `The profile [${profile?.name}] in ${configFile} has no host.`, { hint });
}

/** Only a profile that the user named can be reported as missing. */
function onlyCredential(given: Values, error: unknown): unknown {
  if (given.has('host') || !(error instanceof Problem) || error.details.misconfigured) return error;
  const [from] = CREDENTIALS.flatMap((attribute) => given.get(attribute)?.from ?? []);
  const sentence = `${from} is set, but the host of the workspace is missing.`;
  const hint = 'Set DATABRICKS_HOST, give --host, or name a profile with --profile.';
  return new Problem('auth', sentence, { hint, misconfigured: true }, error);
}
