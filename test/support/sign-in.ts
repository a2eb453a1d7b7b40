/** Signing in without a bridge around it: real HTTP, real programs, time in the test's hand. */

import { onTestFinished } from 'vitest';
import type { Tools } from '../../src/databricks/auth/mint.ts';
import { type SignInSource, type SigningIn, signIn } from '../../src/databricks/auth/sign-in.ts';
import type { WorkspaceSettings } from '../../src/databricks/workspace.ts';
import { openHttp } from '../../src/node/http.ts';
import { openPrograms } from '../../src/node/programs.ts';
import type { Access, Send } from '../../src/ports.ts';
import { Problem } from '../../src/protocol/problem.ts';
import { Secrets } from '../../src/protocol/secrets.ts';
import { HandClock } from './hand-clock.ts';

export interface SignInTest {
  readonly tokens: SignInSource;
  readonly clock: HandClock;
  readonly secrets: Secrets;
  /** What was announced, oldest first. */
  readonly said: readonly SigningIn[];
  /** What was logged, oldest first. */
  readonly logged: readonly string[];
}

export interface SignInTestOptions {
  readonly settings: Partial<WorkspaceSettings>;
  readonly env?: Readonly<Record<string, string>>;
  /** Stands between the sign-in and the network. */
  readonly through?: (send: Send) => Send;
}

/** Ready to sign in, for the length of a test. */
export function startSignIn({ env = {}, settings, through = (send) => send }: SignInTestOptions): SignInTest {
  const http = openHttp();
  const clock = new HandClock();
  const secrets = new Secrets();
  const said: SigningIn[] = [];
  const logged: string[] = [];
  const note = (_: object, what: string) => void logged.push(what);
  const tools: Tools = {
    send: through(http.send),
    clock,
    log: { debug: note, info: note, warn: note, error: note },
    secrets,
    programs: openPrograms({
      env,
      cwd: '/nonexistent',
      home: undefined,
      isSecret: (_, value) => secrets.scrub(value) !== value,
    }),
    sources: new Map(Object.keys(settings).map((field) => [field, `--${field}`])),
    variable: (name) => env[name],
  };
  const complete = { profile: undefined, configFile: '/nonexistent/databrickscfg', ...settings };
  const tokens = signIn(complete, tools, (more) => said.push(more));
  onTestFinished(async () => {
    tokens.close();
    await http.close();
  });
  return { tokens, clock, secrets, said, logged };
}

/** The Problem that an attempt to sign in ends with. */
export async function problemOf(access: Promise<Access>): Promise<Problem> {
  const thrown = await access.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof Problem) return thrown;
  throw new Error(`expected a Problem, not ${String(thrown)}`);
}
