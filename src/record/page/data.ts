/** What the page is given, and what all its parts look at. Types only. */

import type { Call, Overview } from '../calls.ts';

export interface PageData extends Overview {
  /** Name of the file that was read. */
  readonly file: string;
  /** Version of the bridge that made the page. */
  readonly madeBy: string;
  readonly unreadable: number;
}

/** Which calls are looked at. */
export interface Filter {
  /** Words, all of which stand in a call's name, id, error or request id. */
  readonly text: string;
  readonly show: Show;
  readonly tool: string;
  /** From and to, in milliseconds since 1970; undefined for all of it. */
  readonly range: readonly [number, number] | undefined;
}

export type Show = 'all' | 'ok' | 'failed' | 'refused' | 'repeated' | 'slow';

/** A call with what is derived of it once. */
export interface Row {
  readonly call: Call;
  /** Its place in the record, counted from 1. */
  readonly number: number;
  readonly label: string;
  /** A refusal by the user's own policy is not a failure. */
  readonly failed: boolean;
  readonly refused: boolean;
  readonly retries: number;
  readonly reopened: number;
  readonly slow: boolean;
  readonly requestId: string | undefined;
  /** What the filter's words are looked for in, in lower case. */
  readonly words: string;
}
