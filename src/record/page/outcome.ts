/** Outcomes of calls, in words and by the class of their badge. */

import type { Row } from './data.ts';

const WORDS = {
  ok: 'answered',
  'tool-error': 'tool error',
  error: 'error',
  cancelled: 'cancelled',
  unanswered: 'no answer',
} as const;

export function outcomeOf({ call: { outcome }, refused }: Row): { readonly name: string; readonly word: string } {
  return refused ? { name: 'refused', word: 'refused' } : { name: outcome, word: WORDS[outcome] };
}
