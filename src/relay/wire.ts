/** What every call goes through, whatever it carries. */

import type { Access, Clock, Enquire, Log, Recorder, Route, Send, TokenSource } from '../ports.ts';
import type { Secrets } from '../protocol/secrets.ts';
import type { Budget } from './budget.ts';
import type { Echoes } from './echoes.ts';
import type { Pacing } from './pacing.ts';

export interface Wire {
  readonly route: Route;
  readonly tokens: TokenSource;
  readonly send: Send;
  /** Asks the workspace for what helps the person, when a call was refused. */
  readonly enquire: (access: Access) => Enquire;
  readonly clock: Clock;
  readonly log: Log;
  /** Every value that must never be shown. */
  readonly secrets: Secrets;
  /** Most that is held of one answer, in bytes. */
  readonly responseLimitBytes: number;
  /** Total of what all responses hold. */
  readonly budget: Budget;
  readonly pacing: Pacing;
  readonly echoes: Echoes;
  /** Absent where nothing is recorded. */
  readonly recorder?: Recorder | undefined;
}
