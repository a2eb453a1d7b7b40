import { must, type Requirement } from '../requirement.ts';

/** When a call is made again. */
export const RETRY: readonly Requirement[] = [
  must('T196', 0, 'A call with effects runs at most once at every failure point, and its error says what is known.'),
  must('T197', 0, 'Annotated tools are repeated only when asked for, fresh and not contradictory.'),
  must('T198', 0, 'A hundred failing calls make at most a hundred and twenty attempts.'),
  must('T199', 1, 'Waits have full jitter, and an end.'),
  must('T200', 0, 'Nothing is attempted after a cancel, the end of input or a signal.'),
  must('T201', 0, 'An unknown outcome is said so that a model does not repeat it.'),
  must('T202', 1, 'A repeated request is the same request on a new connection.'),
  must('T203', 0, 'No HTTP library that repeats by itself is in the tree.'),
  must('T204', 1, 'A tools/call that met 503 is repeated only by option.'),
];
