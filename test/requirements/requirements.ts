/** Everything that the bridge must do, by number. Tests cite the numbers in their names: `(T064)`, `(T064, T065)`. */

import { AUTH } from './catalogue/auth.ts';
import { FIDELITY } from './catalogue/fidelity.ts';
import { FRAMING } from './catalogue/framing.ts';
import { LIFE } from './catalogue/life.ts';
import { LOAD } from './catalogue/load.ts';
import { NETWORK } from './catalogue/network.ts';
import { PUSH } from './catalogue/push.ts';
import { REPORTS } from './catalogue/reports.ts';
import { RETRY } from './catalogue/retry.ts';
import { SECURITY } from './catalogue/security.ts';
import { SESSION } from './catalogue/session.ts';
import type { Requirement } from './requirement.ts';

export const REQUIREMENTS: readonly Requirement[] = [
  ...FRAMING,
  ...FIDELITY,
  ...SESSION,
  ...AUTH,
  ...NETWORK,
  ...PUSH,
  ...LOAD,
  ...LIFE,
  ...SECURITY,
  ...RETRY,
  ...REPORTS,
];
