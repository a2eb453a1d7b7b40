import { must, type Requirement } from '../requirement.ts';

/** How the process ends, and when. */
export const LIFE: readonly Requirement[] = [
  must('T146', 0, 'Requests from a file are all answered before the exit.'),
  must('T147', 0, 'A call that is never answered ends with the drain time.'),
  must('T148', 0, 'SIGTERM answers what is pending and ends within 1.5 seconds.'),
  must('T149', 0, 'SIGINT and SIGHUP do the same; a second signal ends it at once.'),
  must('T150', 0, 'A client that closes stdout is noticed within a second.'),
  must('T151', 0, 'A closed stderr and an uncaught error cause no recursion.'),
  must('T152', 0, 'A bridge whose host is gone without a word ends within fifteen seconds.'),
  must('T153', 0, 'Every byte of a large answer is delivered before the exit.'),
  must('T154', 1, 'The end of input inside a line: a whole message is served, half of one refused.'),
  must('T155', 0, 'With nothing under way the end comes at once.'),
  must('T156', 1, 'A bug in one request is an error for that request alone.'),
  must('T157', 1, 'Hosts that give no signal and paths with spaces leave no process behind.'),
  must('T158', 1, 'The exit codes are those of the table.'),
  must('T159', 1, 'After a crash the next start is clean.'),
];
