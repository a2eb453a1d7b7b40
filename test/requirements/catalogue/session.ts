import { must, type Requirement } from '../requirement.ts';

/** How the session with a legacy server is kept. */
export const SESSION: readonly Requirement[] = [
  must('T061', 0, 'The session id of the answer to initialize goes with every later call.'),
  must('T062', 0, 'A server without sessions works as well.'),
  must('T063', 0, 'Another initialize of the client belongs to no session and begins a new one.'),
  must('T064', 0, 'A lost session is opened again unseen, and the refused call sent once more.'),
  must('T065', 0, 'Twenty calls that meet the loss share one re-opening.'),
  must('T066', 0, 'A session that is lost again at once is an error, not a loop.'),
  must('T067', 0, 'A late refusal of an older session changes nothing.'),
  must('T068', 0, 'A 404 for another reason is no loss.'),
  must('T069', 1, 'Loss is known in its other clothes, and acted on where nothing can have run.'),
  must('T070', 0, 'A re-opened session with another version or tool list is said to the client.'),
  must('T071', 1, 'Calls under way when the session dies end by the retry table.'),
  must('T072', 1, 'A session id on a later answer is ignored.'),
  must('T073', 0, 'A session id that no header can carry is a protocol error.'),
  must('T074', 1, 'The session is given back at the end, within half a second.'),
  must('T075', 1, 'A call after a long pause works without a restart.'),
  must('T076', 1, 'A request before initialize is forwarded.'),
  must('T077', 2, 'Two bridges with one credential have two sessions.'),
];
