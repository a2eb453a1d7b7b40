/**
 * The one token that is held, whoever asks: fetched once for everybody who waits, renewed before it ends, replaced when
 * the workspace refuses it, and never more often than a minute allows.
 */

import type { Access, Clock, Log, TokenSource } from '../../ports.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Minted, MintRequest } from './mint.ts';
import type { Way } from './ways.ts';

/** What signing in would be done with right now. */
export interface Basis {
  readonly way: Way;
  /** Differs where a new sign-in may have another outcome. Holds secrets, or what stands for them. */
  readonly key: string;
  /** Whether a token costs nothing to get, so that it can be asked for as often as one likes. */
  readonly isFree: boolean;
  mint(request: MintRequest): Promise<Minted>;
  access(token: string): Access;
}

export interface CachedOptions {
  /** Reads the configuration anew, so that what was repaired or rotated on disk is used without a restart. [T094] */
  readonly basis: () => Promise<Basis>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface CachedSource extends TokenSource {
  /** What is left of the life of the token that is held, in milliseconds; undefined where there is none, or no end. */
  leftMs(): number | undefined;
  /** Ends what is under way. */
  close(): void;
}

/** The workspace turns a token away in its last 30 s; a call takes its time too. */
const LAST_MS = 40_000;
/** How long before that it is renewed in the background, at most. */
const EARLY_MS = 300_000;
/** After an early renewal has failed. */
const EARLY_AGAIN_MS = 30_000;
/** Whatever is said of the life of a token, it is taken to last so long, and no longer. */
const SHORTEST_MS = 1_000;
const LONGEST_MS = 24 * 3_600_000;
/** Between two renewals that a refusal asks for. [T081, T082] */
const REFUSED_AGAIN_MS = 60_000;
/** A call is to be answered within ten seconds; whoever comes later may still have what this one has waited for. */
const WAIT_MS = 9_000;
/** With an open window, the first request waits for nearly as long as clients wait for `initialize`. */
const WAIT_FOR_USER_MS = 23_500;

interface Held {
  readonly access: Access;
  readonly key: string;
  /** When it ends, when it has to be renewed before it is used, and when it may be; by the monotonic clock. */
  readonly endsAt: number;
  readonly dueAt: number;
  readonly earlyAt: number;
}

export function cached({ basis, clock, log }: CachedOptions): CachedSource {
  const closing = new AbortController();
  let held: Held | undefined;
  let renewing: Promise<Access> | undefined;
  let earlyAgainAt = Number.NEGATIVE_INFINITY;
  let refusedAt = Number.NEGATIVE_INFINITY;
  let hadToken = false;
  /** The problem to report while the user is signing in, and until when a call waits for that. */
  let userSignIn: { readonly problem: Problem; readonly until: number } | undefined;
  /** The way that is being gone, for whoever gives up waiting. */
  let under: Way | undefined;

  /** One renewal for everybody who waits. */
  function renewed(refused?: Access): Promise<Access> {
    renewing ??= renew(refused).finally(() => {
      renewing = undefined;
      userSignIn = undefined;
    });
    return renewing;
  }

  async function renew(refused: Access | undefined): Promise<Access> {
    const now = await basis();
    under = now.way;
    const isRefused = held !== undefined && refused === held.access;
    if (held && isRefused && !now.isFree && now.key === held.key) {
      if (clock.now() - refusedAt < REFUSED_AGAIN_MS) return held.access;
      refusedAt = clock.now();
    }
    let minted: Minted;
    try {
      const of = isRefused && now.key === held?.key ? refused?.token : undefined;
      const onUser = (problem: Problem) => {
        userSignIn = { problem, until: userSignIn?.until ?? clock.now() + WAIT_FOR_USER_MS };
      };
      minted = await now.mint({ refused: of, hadToken, onUser, signal: closing.signal });
      hadToken = true;
    } catch (problem) {
      // What was refused is of no use to anybody: whoever comes next starts anew, perhaps after a new login.
      if (isRefused) held = undefined;
      throw problem;
    }
    const access = usable(now.access(minted.token));
    const isSame = held?.access.token === access.token && held.access.origin === access.origin;
    // The same object says that there is no other credential to be had.
    held = { access: held && isSame ? held.access : access, key: now.key, ...times(minted.lifetimeMs, clock.now()) };
    if (!isSame) log.debug({ auth: now.way, lifetimeS: inSeconds(minted.lifetimeMs) }, 'signed in');
    return held.access;
  }

  /** Waits as long as a client may be kept waiting. The renewal goes on, for whoever asks next. */
  async function patiently(work: Promise<Access>): Promise<Access> {
    let stop = () => {};
    const timeUp = new Promise<never>((_, reject) => {
      const giveUp = () => {
        const leftMs = (userSignIn?.until ?? 0) - clock.now();
        if (userSignIn !== undefined && leftMs > 0) stop = clock.after(leftMs, giveUp);
        else reject(userSignIn?.problem ?? notYet(under));
      };
      stop = clock.after(WAIT_MS, giveUp);
    });
    try {
      return await Promise.race([work, timeUp]);
    } finally {
      stop();
    }
  }

  function renewEarly(): void {
    earlyAgainAt = clock.now() + EARLY_AGAIN_MS;
    renewed().catch((problem) => {
      if (!closing.signal.aborted)
        log.info({ because: String(problem.message) }, 'the token could not be renewed early; it still holds');
    });
  }

  return {
    async access(refused) {
      const now = clock.now();
      const current = held;
      if (current === undefined || refused === current.access) return patiently(renewed(refused));
      if (now < current.dueAt) {
        if (now >= current.earlyAt && now >= earlyAgainAt) renewEarly();
        return current.access;
      }
      try {
        return await patiently(renewed());
      } catch (problem) {
        if (clock.now() >= current.endsAt) throw problem;
        return current.access;
      }
    },
    leftMs: () => (held && Number.isFinite(held.endsAt) ? Math.max(0, held.endsAt - clock.now()) : undefined),
    close: () => closing.abort(new Problem('shutdown', 'The bridge was told to stop while it signed in.')),
  };
}

/** Never a time in the past, whatever the lifetime says. */
function times(lifetimeMs: number | undefined, now: number): Pick<Held, 'dueAt' | 'earlyAt' | 'endsAt'> {
  if (lifetimeMs === undefined) return { endsAt: Infinity, dueAt: Infinity, earlyAt: Infinity };
  const lifeMs = Math.min(Math.max(lifetimeMs, SHORTEST_MS), LONGEST_MS);
  // A token that is born within its last seconds is used for half of them.
  const dueMs = lifeMs > LAST_MS ? lifeMs - LAST_MS : lifeMs / 2;
  const earlyMs = Math.max(0, dueMs - Math.min(EARLY_MS, lifeMs / 4));
  return { endsAt: now + lifeMs, dueAt: now + dueMs, earlyAt: now + earlyMs };
}

function usable(access: Access): Access {
  if (/^[\x21-\x7e]+$/.test(access.token)) return access;
  throw new Problem('auth', 'The token holds characters that no HTTP header can carry.', {
    hint: 'Copy it again: it consists of letters, digits and punctuation, without blanks.',
    misconfigured: true,
  });
}

function notYet(way: Way | undefined): Problem {
  const by = way === undefined ? '' : ` by ${way}`;
  return new Problem('auth', `Signing in${by} has not come about within ${WAIT_MS / 1000} s.`, {
    hint: 'It goes on in the background: call again. If that does not help, look at the network and at stderr.',
  });
}

function inSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms / 1000);
}
