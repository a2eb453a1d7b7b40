/** Who the bridge is to the workspace: host, profile, way of signing in, token, identity. No secrets. */

import type { Asked } from '../config/read.ts';
import { ATTRIBUTE_ROWS } from '../databricks/auth/attributes.ts';
import { tokenFile } from '../databricks/auth/browser/browser-client.ts';
import { chooseWays } from '../databricks/auth/choose.ts';
import { type Identity, identify } from '../databricks/identity.ts';
import { resolveWorkspace, type Workspace } from '../databricks/workspace.ts';
import { Problem } from '../protocol/problem.ts';
import { createWorkspaceClient, secretsOf, type WorkspaceClient } from '../workspace-client.ts';
import { EXIT, failed } from './failed.ts';
import { SILENT } from './silent.ts';
import { show } from './terminal.ts';

/** Longest time for the workspace to say who somebody is, in milliseconds. */
const IDENTITY_MS = 10_000;

/** What is known, in the order in which it becomes known. */
interface Facts {
  workspace?: Workspace;
  way?: { readonly auth: string; readonly because: string };
  token?: { readonly leftMs: number | undefined };
  /** Of a sign-in with a browser. */
  stored?: { readonly file: string; readonly isRenewable: boolean };
  identity?: Identity;
}

/** @returns 0 only where the workspace has said who we are */
export async function whoami({ config, own, sources }: Asked<'whoami'>): Promise<number> {
  const secrets = secretsOf(config);
  const sandbox = config.sandbox ? await (await import('../sandbox/sandbox.ts')).startSandbox() : undefined;
  const entry = await createWorkspaceClient({ config, sources, sandbox, secrets, log: SILENT, onSignIn: () => {} });
  const facts: Facts = {};
  const say = (problem?: Problem) => {
    const text = own.json ? asJson(facts, problem) : asText(facts);
    show(process.stdout, secrets.scrub(text));
  };
  try {
    await find(facts, entry);
    say();
    return EXIT.ok;
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    // What is known up to there helps to see what is wrong.
    say(thrown);
    const exitCode = failed(thrown, { scrub: (text) => secrets.scrub(text), json: false });
    // A token that the workspace does not accept is no credential either.
    const isSignedIn = facts.token !== undefined && thrown.kind !== 'auth';
    return isSignedIn || exitCode === EXIT.configuration ? exitCode : EXIT.noCredential;
  } finally {
    await Promise.all([entry.close(), sandbox?.close()]);
  }
}

async function find(facts: Facts, { settings, tokens, tools }: WorkspaceClient): Promise<void> {
  facts.workspace = await resolveWorkspace(settings, tools);
  const [{ because, way }] = chooseWays(facts.workspace, tools);
  facts.way = { auth: way, because };
  await tokens.access();
  const gone = tokens.current()?.choice;
  if (gone) facts.way = { auth: gone.way, because: gone.because };
  facts.token = { leftMs: tokens.leftMs() };
  if (facts.way.auth === 'external-browser') {
    const file = tokenFile(facts.workspace, tools);
    facts.stored = { file: file.path, isRenewable: (await file.read())?.refreshToken !== undefined };
  }
  facts.identity = await identify(tools, tokens, AbortSignal.timeout(IDENTITY_MS)).catch((thrown) => {
    if (thrown instanceof Problem) throw thrown;
    throw new Problem(
      'unreachable',
      `The workspace did not say who you are within ${IDENTITY_MS / 1000} s.`,
      {},
      thrown,
    );
  });
  facts.token = { leftMs: tokens.leftMs() };
}

function asText({ identity, stored, token, way, workspace }: Facts): string {
  const rows: (readonly [string, string])[] = [];
  if (workspace) {
    const { configFile, from, origin, profile } = workspace;
    rows.push(['host', `${origin} (${from})`]);
    rows.push(['profile', profile ? `${profile.name} (${profile.from}), in ${configFile}` : 'none']);
    const values = valuesOf(workspace).map(({ from: source, key, value }) => {
      return `${key}${value === undefined ? '' : ` ${value}`} (${source})`;
    });
    if (values.length > 0) rows.push(['settings', values.join(', ')]);
  }
  if (way) rows.push(['signing in', `${way.auth}, because ${way.because}`]);
  if (token) {
    const end = stored && endOf(token.leftMs);
    const until = end === undefined ? '' : `, until ${end}`;
    rows.push(['token', `${describeToken(token.leftMs, identity !== undefined)}${until}`]);
  }
  if (stored) {
    const next = stored.isRenewable ? 'renewed by itself' : 'not renewed: sign in again when it ends';
    rows.push(['stored in', `${stored.file} (${next})`]);
  }
  if (identity) {
    const { displayName, kind, userName } = identity;
    rows.push([kind, displayName === undefined ? userName : `${userName} (${displayName})`]);
    rows.push(['workspace id', identity.workspaceId ?? 'not known']);
  }
  const width = Math.max(0, ...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, value]) => `${name.padEnd(width)}${value}\n`).join('');
}

/** Only the answer of the workspace shows that it accepts a token. */
function describeToken(leftMs: number | undefined, isAccepted: boolean): string {
  if (isAccepted) return leftMs === undefined ? 'good; its end is not known' : `good for ${span(leftMs)}`;
  return `not confirmed by the workspace${leftMs === undefined ? '' : `; ${span(leftMs)} left`}`;
}

/** The time at which it ends, by the clock of this machine. */
function endOf(leftMs: number | undefined): string | undefined {
  return leftMs === undefined ? undefined : new Date(Date.now() + leftMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

function asJson({ identity, stored, token, way, workspace }: Facts, problem: Problem | undefined): string {
  const leftMs = token?.leftMs;
  const found = {
    host: workspace && { value: workspace.origin, from: workspace.from },
    profile: workspace?.profile && {
      name: workspace.profile.name,
      from: workspace.profile.from,
      file: workspace.configFile,
    },
    settings:
      workspace && Object.fromEntries(valuesOf(workspace).map(({ from, key, value }) => [key, { value, from }])),
    auth: way && { type: way.auth, because: way.because },
    token: token && {
      expiresInSeconds: leftMs === undefined ? null : Math.floor(leftMs / 1000),
      ...(stored && { expiresAt: endOf(leftMs), file: stored.file, isRenewable: stored.isRenewable }),
    },
    identity: identity && {
      kind: identity.kind,
      userName: identity.userName,
      displayName: identity.displayName,
      id: identity.id,
    },
    workspaceId: identity?.workspaceId,
    problem: problem && { kind: problem.kind, message: problem.message, hint: problem.hint },
  };
  return `${JSON.stringify(found, undefined, 2)}\n`;
}

/** Attributes beside the host, with the values of those that are not secret. */
function valuesOf({ values }: Workspace) {
  return ATTRIBUTE_ROWS.flatMap(([attribute, { keys, secret }]) => {
    const found = values.get(attribute);
    if (found === undefined || attribute === 'host') return [];
    return [{ key: keys[0] ?? attribute, value: secret ? undefined : found.text, from: found.from }];
  });
}

function span(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 2) return `${Math.floor(ms / 1000)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
