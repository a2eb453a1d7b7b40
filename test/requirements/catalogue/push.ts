import { must, type Requirement } from '../requirement.ts';

/** Event streams, and what servers say of their own accord. */
export const PUSH: readonly Requirement[] = [
  must('T115', 0, 'Each rule of the event stream format holds.'),
  must('T116', 0, 'However a stream is cut into chunks, the events are the same.'),
  must('T117', 0, 'Streams with CRLF or CR alone are read.'),
  must('T118', 0, 'An event without its end is delivered only from a complete body that answers our request.'),
  must('T119', 0, 'A stream that breaks is taken up by event id, never sent again.'),
  must('T120', 0, 'Comments keep a slow answer alive.'),
  must('T121', 0, 'A standing stream that falls silent is opened again, unseen.'),
  must('T122', 0, 'A server without a standing stream is asked once.'),
  must('T123', 1, 'A standing stream that is refused for now is not asked for in a loop.'),
  must('T124', 0, 'The retry time of a stream is kept within bounds.'),
  must('T125', 1, 'Pings, unknown events and empty data are no messages.'),
  must('T126', 0, 'One bad event loses nothing else.'),
  must('T127', 1, 'Of two answers the first counts.'),
  must('T128', 1, 'A client that reads slowly slows the server down.'),
  must('T129', 1, 'A cancellation goes the way of its request’s era.'),
  must('T130', 1, 'initialize cannot be cancelled.'),
  must('T131', 1, 'A subscription is kept where the route streams, and refused where it does not.'),
];
