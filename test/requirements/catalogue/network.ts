import { must, notHere, type Requirement } from '../requirement.ts';

/** What the network can do to a call. */
export const NETWORK: readonly Requirement[] = [
  must('T097', 0, 'What never left is tried again for every method, then said to be unreachable.'),
  must('T098', 0, 'A connection lost after the request was read never repeats a call with effects.'),
  must('T099', 0, 'A connection that was closed while idle is not used again.'),
  must('T100', 0, 'Gateway errors in every dress are said in one clean sentence.'),
  must('T101', 0, 'A 429 is waited out within bounds.'),
  must('T102', 0, 'Silence ends at the deadline and disturbs no other call.'),
  must('T103', 0, 'Broken HTTP framing never puts later answers out of step.'),
  must('T104', 0, 'Encoded bodies are decoded or refused; a label that encodes nothing is ignored.'),
  must('T105', 1, 'The media type is read as a type, not searched for words.'),
  must('T106', 0, 'A body is taken for what it is, whatever its header says.'),
  must('T107', 1, 'An empty answer to a request is an error at once.'),
  must('T108', 1, 'Slow and jittery networks change nothing but time.'),
  must('T109', 1, 'Connections that died silently are replaced.'),
  must('T110', 1, 'A process that slept goes on.'),
  must('T111', 1, 'An address family that leads nowhere does not keep the other from working.'),
  must('T112', 0, 'Company certificates work by file, by variable and by system store.'),
  must('T113', 0, 'Proxies of the environment are used and left out rightly.'),
  notHere(must('T114', 2, 'HTTP/2 refusals are known to have run nothing.'), 'The bridge speaks HTTP/1.1 only.'),
];
