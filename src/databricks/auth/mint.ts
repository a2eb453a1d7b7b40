/** What a way of signing in is: something that hands out tokens. Types only. */

import type { Clock, Log, Programs, Send } from '../../ports.ts';
import type { Problem } from '../../protocol/problem.ts';
import type { Secrets } from '../../protocol/secrets.ts';
import type { Surroundings, Workspace } from '../workspace.ts';

/** Goes a way to its end. @throws Problem of kind `auth` or `unreachable`, with the next step as its hint */
export type Mint = (workspace: Workspace, tools: Tools, request: MintRequest) => Promise<Minted>;

/** A token as its way hands it out. */
export interface Minted {
  /** Secret. */
  readonly token: string;
  /** What is left of its life, in milliseconds; undefined where nobody says. */
  readonly lifetimeMs: number | undefined;
}

export interface MintRequest {
  /** The token that the workspace has just turned away, where another one is needed. */
  readonly refused: string | undefined;
  /** True if this process has had a token before. */
  readonly hadToken?: boolean;
  /** Called while the user is signing in: the caller then waits longer, and in the end reports this problem. */
  readonly onUser?: (waiting: Problem) => void;
  readonly signal: AbortSignal;
}

/** What signing in takes from the outside. */
export interface Tools extends Surroundings {
  readonly send: Send;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of every secret before it is used. */
  readonly secrets: Secrets;
  readonly programs: Programs;
  /** Starts a sign-in in a process of its own; undefined where only the user starts one. */
  readonly login?: SignInStarter | undefined;
}

export interface SignInStarter {
  /** True if there is a browser on the user's screen, and it may be opened. */
  hasBrowser(): boolean;
  /** Opens a page, for a sign-in that this process makes itself. */
  open(address: string): void;
  /** @param opensWindow - false to wait for a user who gets the address otherwise */
  start(
    owner: { readonly origin: string; readonly clientId: string; readonly scopes: string },
    opensWindow: boolean,
  ): void;
}
