import { must, type Requirement } from '../requirement.ts';

/** Speed, load and leaks. */
export const LOAD: readonly Requirement[] = [
  must('T132', 0, 'The bridge adds at most five milliseconds to the slowest of a hundred small calls.'),
  must('T133', 0, 'Ten minutes of two hundred calls at a time leave descriptors, heap and tables as they were.'),
  must('T134', 1, 'A day of token lives, lost sessions and random faults keeps every promise.'),
  must('T135', 1, 'An answer below the limit arrives whole, one above it is refused without its memory.'),
  must('T136', 0, 'A client that stops reading for half a minute loses nothing.'),
  must('T137', 0, 'Ten thousand requests at once are taken in turn, and cancellations do not wait behind them.'),
  must('T138', 1, 'No emitter collects listeners.'),
  must('T139', 0, 'Nothing is left open after a test.'),
  must('T140', 1, 'Storms of cancels and time-outs leave every table empty.'),
  must('T141', 1, 'A long outage does not fill the log.'),
  must('T142', 0, 'The packed archive answers initialize in the time that clients give it.'),
  must('T143', 1, 'An idle bridge uses no processor time.'),
  must('T144', 1, 'Five calls at a time use six connections at most.'),
  must('T145', 1, 'Random sequences of calls and faults agree with a small model.'),
];
