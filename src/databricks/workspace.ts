/** Which workspace is meant, and with what it is entered: what was given, completed from the profile. */

import type { Access } from '../ports.ts';
import { Problem } from '../protocol/problem.ts';
import { workspaceHost } from './host.ts';
import { type Profile, readProfile } from './profile.ts';

/** What arguments and environment say. */
export interface WorkspaceSettings {
  /** Origin. */
  readonly host: string | undefined;
  readonly workspaceId: string | undefined;
  /** Secret. */
  readonly token: string | undefined;
  readonly profile: string | undefined;
  /** Absolute path. */
  readonly configFile: string;
}

/** An access, and where it came from. */
export interface ResolvedAccess {
  readonly access: Access;
  /** Name of the profile that completed it; undefined where none was needed. */
  readonly profile: string | undefined;
  readonly warnings: readonly string[];
}

/**
 * Resolves host and token: what was given goes before the profile. [Databricks unified authentication]
 *
 * A profile that nobody named gives its token only to its own host.
 *
 * @throws Problem of kind `auth`, with the next step as its hint
 */
export async function resolveAccess(settings: WorkspaceSettings): Promise<ResolvedAccess> {
  const { host, workspaceId, token } = settings;
  if (host !== undefined && token !== undefined) {
    return { access: accessOf(host, token, workspaceId), profile: undefined, warnings: [] };
  }
  const profile = await readProfile(settings.configFile, settings.profile);
  const own = hostOf(profile, settings.configFile);
  const origin = host ?? own?.origin;
  if (origin === undefined) {
    const hint = 'Add a line "host = https://..." to it, or set DATABRICKS_HOST.';
    throw new Problem('auth', `The profile [${profile.name}] in ${settings.configFile} has no host.`, { hint });
  }
  if (token === undefined && settings.profile === undefined && own?.origin !== origin) {
    const hint = `Set DATABRICKS_TOKEN to a token for ${origin}, or name the profile to use with --profile.`;
    throw new Problem('auth', `There is no token for ${origin}: the profile [${profile.name}] is for another host.`, {
      hint,
    });
  }
  return {
    access: accessOf(origin, token ?? tokenOf(profile, settings.configFile), workspaceId ?? own?.workspaceId),
    profile: profile.name,
    warnings: profile.warnings,
  };
}

function hostOf(
  { name, values }: Profile,
  file: string,
): { origin: string; workspaceId: string | undefined } | undefined {
  const written = values.get('host');
  if (written === undefined) return undefined;
  const host = workspaceHost(written);
  if (typeof host !== 'string')
    return { origin: host.origin, workspaceId: values.get('workspace_id') ?? host.workspaceId };
  throw new Problem('auth', `The host of the profile [${name}] is refused: ${host}`, {
    hint: `Correct it in ${file}.`,
  });
}

function tokenOf({ name, values }: Profile, file: string): string {
  const token = values.get('token');
  if (token !== undefined) return token;
  const hint = `Add a line "token = ..." with a personal access token to it, or set DATABRICKS_TOKEN.`;
  throw new Problem('auth', `The profile [${name}] in ${file} has no token.`, { hint });
}

function accessOf(origin: string, token: string, workspaceId: string | undefined): Access {
  if (!/^[\x21-\x7e]+$/.test(token)) {
    const hint = 'Copy it again: it consists of letters, digits and punctuation, without blanks.';
    throw new Problem('auth', 'The token holds characters that no HTTP header can carry.', { hint });
  }
  return { origin, token, workspaceId };
}
