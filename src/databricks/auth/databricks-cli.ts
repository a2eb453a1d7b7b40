/**
 * A person's login, which the `databricks` CLI keeps and renews: it is asked for a token each time one is needed, and
 * nothing of it is stored here. [facts of the CLI: databricks-sdk-go and databricks/cli 1.13]
 */

import type { ProgramEnd } from '../../ports.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Workspace } from '../workspace.ts';
import { lifetimeOfSeconds, lifetimeUntil } from './lifetime.ts';
import { loginCommand } from './login-command.ts';
import type { Mint, Minted, Tools } from './mint.ts';
import { objectFrom, type Run, runFor, tokenOf, wordsOf } from './program.ts';

const NAME = 'databricks auth token';

/** Several of them at once get into each other's way when they write what they have renewed. [databricks/cli 6051] */
const RACE = /cache update: exit status 45\b/;
const RACE_RETRIES = 4;
const RACE_WAIT_MS = 400;

/** The login is over, unless another process has renewed it in this very moment. */
const LOGIN_OVER =
  /invalid_grant|refresh token is invalid|invalid_refresh_token|to reauthenticate, run|"(?:error_)?code": *"UNAUTHENTICATED"/i;
const NO_LOGIN =
  /databricks OAuth is not configured|no configuration file found|no cached credentials|stored credentials from older CLI versions are no longer used/i;
/** In this order; one pattern of both takes quadratic time. */
const [SEVERAL_MATCH, USE_PROFILE] = [/\bmatch\b/i, /Use --profile/i];
const NO_SUCH_FLAG = /unknown (?:flag|command|shorthand)|no such (?:option|command)/i;
/** Of all who are refused at once, one is to renew and the others are to find what it has renewed. */
const SIBLINGS_MS = 1_000;

export const mint: Mint = async (workspace, tools, { refused, signal }) => {
  const run = runOf(workspace, tools);
  const login = loginCommand(workspace);
  if (refused === undefined) return mintedFrom(await succeeded(run, login, tools, signal), login, tools);

  // Two renewals of one login at once can end it for good, so another process's is looked for first.
  await tools.clock.sleep(tools.clock.roll() * SIBLINGS_MS, signal);
  const minted = mintedFrom(await succeeded(run, login, tools, signal), login, tools);
  if (minted.token !== refused) return minted;
  const forced = await runFor({ ...run, args: [...run.args, '--force-refresh'] }, tools, signal);
  if (NO_SUCH_FLAG.test(forced.stderr)) return minted;
  if (forced.exitCode !== 0) throw failed(forced, login);
  return mintedFrom(forced, login, tools);
};

function runOf({ configFile, origin, profile, values }: Workspace, { programs }: Tools): Run {
  const configured = values.get('cliPath');
  const file = programs.find(configured?.text ?? 'databricks');
  if (file === undefined) {
    const sentence =
      configured === undefined
        ? 'The databricks CLI is not installed, or not on the PATH that this program was started with.'
        : `${configured.from} names a databricks CLI that cannot be run.`;
    throw new Problem('auth', sentence, {
      hint: 'Install it (https://docs.databricks.com/dev-tools/cli/install), or set DATABRICKS_CLI_PATH to its full path.',
      misconfigured: configured !== undefined,
    });
  }
  // Joined, so that no name of a profile can be taken for a flag. [T182]
  const whose = profile?.isOfHost ? `--profile=${profile.name}` : `--host=${origin}`;
  return {
    name: NAME,
    file,
    // Without the flag a failure has no code.
    args: ['auth', 'token', whose, '--output=json'],
    // It would take a profile from there even if it is told of a host.
    variables: { DATABRICKS_CONFIG_FILE: configFile, DATABRICKS_CONFIG_PROFILE: undefined },
  };
}

async function succeeded(run: Run, login: string, tools: Tools, signal: AbortSignal): Promise<ProgramEnd> {
  let asked = 0;
  for (let raced = 0; ; ) {
    const end = await runFor(run, tools, signal);
    if (end.exitCode === 0) return end;
    if (RACE.test(end.stderr) && raced < RACE_RETRIES) raced++;
    else if (isOver(end) && asked === 0) asked++;
    else throw failed(end, login);
    tools.log.debug({ because: wordsOf(end) }, `asking \`${NAME}\` again`);
    await tools.clock.sleep(RACE_WAIT_MS * (0.25 + tools.clock.roll()), signal);
  }
}

/** A message about a login that never was may end with the words about one that is over. */
function isOver(end: ProgramEnd): boolean {
  return LOGIN_OVER.test(writtenBy(end)) && !hasNone(end);
}

function hasNone(end: ProgramEnd): boolean {
  return NO_LOGIN.test(writtenBy(end));
}

/** A failure as JSON may come on either stream. Never shown: of standard output only these words are looked at. */
function writtenBy({ stderr, stdout = '' }: ProgramEnd): string {
  return `${stderr}\n${stdout}`;
}

function isAmbiguous(text: string): boolean {
  const at = text.search(SEVERAL_MATCH);
  return at !== -1 && USE_PROFILE.test(text.slice(at));
}

function failed(end: ProgramEnd, login: string): Problem {
  const { stderr } = end;
  if (isAmbiguous(stderr)) {
    return new Problem('auth', `Several profiles are for this workspace: ${wordsOf(end)}`, {
      hint: 'Name the one that is meant with --profile or DATABRICKS_CONFIG_PROFILE.',
      misconfigured: true,
    });
  }
  if (isOver(end)) {
    const sentence = 'Your login of the databricks CLI has expired or was revoked.';
    return new Problem('auth', sentence, { hint: `Run \`${login}\`, then call again.` });
  }
  if (hasNone(end)) {
    const sentence = 'You are not logged in to the workspace with the databricks CLI.';
    return new Problem('auth', sentence, { hint: `Run \`${login}\`, then call again.`, hasNoLogin: true });
  }
  if (NO_SUCH_FLAG.test(stderr)) {
    return new Problem('auth', `The databricks CLI is too old to hand out tokens (${wordsOf(end)}).`, {
      hint: 'Install the current one: https://docs.databricks.com/dev-tools/cli/install',
    });
  }
  return new Problem('auth', `\`${NAME}\` failed with ${wordsOf(end)}`, {
    hint: `Run it in a terminal, or log in again: \`${login}\`.`,
  });
}

function mintedFrom(end: ProgramEnd, login: string, { clock }: Tools): Minted {
  const object = objectFrom(end, NAME);
  const token = tokenOf(object, 'access_token', NAME, `\`${login}\``);
  const { expires_in: seconds, expiry } = object;
  // The CLI runs on this machine, so that its clock is ours.
  const lifetimeMs =
    typeof expiry === 'string' ? lifetimeUntil(Date.parse(expiry), clock.date()) : lifetimeOfSeconds(seconds);
  return { token, lifetimeMs };
}
