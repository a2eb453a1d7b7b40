import { Problem } from '../../protocol/problem.ts';

/** The call cannot go on: the server wants input for it that it does not get. It has refused to run it without. */
export function unanswerable(sentence: string, hint = 'Do without this call, or use another client.'): Problem {
  return new Problem('invalidUpstream', sentence, { outcome: 'rejected', hint });
}
