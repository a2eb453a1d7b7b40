/** What a step of the doctor finds out. */

import type { Problem } from '../../protocol/problem.ts';
import { exitCodeFor } from '../failed.ts';

/** `note`: it works, but not as somebody may think. `skipped`: it cannot be tried, or makes no sense here. */
export type Status = 'ok' | 'note' | 'failed' | 'skipped';

export interface Finding {
  readonly status: Status;
  readonly says: string;
  /** The exact next step. */
  readonly hint?: string | undefined;
  /** Exit code, where the step has failed. */
  readonly exit?: number | undefined;
  /** The same for machines. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

export function ok(says: string, data?: Finding['data']): Finding {
  return { status: 'ok', says, data };
}

export function note(says: string, hint: string, data?: Finding['data']): Finding {
  return { status: 'note', says, hint, data };
}

export function skipped(says: string, data?: Finding['data']): Finding {
  return { status: 'skipped', says, data };
}

/** @param exit - code of the command, where nothing else failed before */
export function failure(says: string, hint: string, exit = 1, data?: Finding['data']): Finding {
  return { status: 'failed', says, hint, exit, data };
}

export function failureOf(problem: Problem): Finding {
  const { details, hint, kind, message } = problem;
  const { httpStatus, requestId, url } = details;
  return failure(message, hint, exitCodeFor(problem), { kind, httpStatus, requestId, url });
}
