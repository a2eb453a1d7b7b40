import { must, type Requirement } from '../requirement.ts';

/** What happens to credentials that are missing, late, wrong or old. */
export const AUTH: readonly Requirement[] = [
  must('T078', 0, 'Without a credential the start says what to do, and the bridge recovers when it is done.'),
  must('T079', 0, 'An expired token is replaced once and the call sent again.'),
  must('T080', 0, 'Fifty calls at expiry make one token request.'),
  must('T081', 0, 'A fresh token that is refused too is an error, not a loop.'),
  must('T082', 0, 'The server’s own refusal is told from the workspace’s.'),
  must('T083', 0, 'Modes and links of a token cache.'),
  must('T084', 0, 'Eight bridges that sign in at once all succeed.'),
  must('T085', 0, 'The known race of the CLI’s cache is tried again, other errors are not.'),
  must('T086', 0, 'A CLI that hangs, chatters, floods or is missing is a clear error.'),
  must('T087', 0, 'The CLI never gets the stdin of the bridge.'),
  must('T088', 1, 'A broken token cache is an error with a hint.'),
  must('T089', 1, 'Bad answers of a token endpoint are repeated or refused, and lifetimes kept sane.'),
  must('T090', 1, 'A dead login is said once, with the command that renews it.'),
  must('T091', 1, 'A token that is still good outlives a failed early refresh.'),
  must('T092', 1, 'A token about to expire is refreshed before it is used.'),
  must('T093', 1, 'Clocks that jump cost at most one refresh.'),
  must('T094', 1, 'A rotated secret is read again without a restart.'),
  must('T095', 1, 'Which credential counts is fixed, and said.'),
  must('T096', 1, 'Private link and IP lists have a message of their own.'),
];
