import type { Target } from './target.ts';
import { answers } from './targets/answers.ts';
import { bodies } from './targets/bodies.ts';
import { calls } from './targets/calls.ts';
import { eventLimit, eventStream } from './targets/event-stream.ts';
import { argumentHeaders, headerValues, messageHeaders } from './targets/headers.ts';
import { edits, json } from './targets/json.ts';
import { jsonReader, responses } from './targets/json-reader.ts';
import { lines } from './targets/lines.ts';
import { logLines } from './targets/log-lines.ts';
import { model } from './targets/model.ts';
import { peek } from './targets/peek.ts';

import { tooLong } from './targets/too-long.ts';

export const TARGETS: readonly Target[] = [
  lines,
  peek,
  jsonReader,
  responses,
  tooLong,
  json,
  edits,
  answers,
  eventStream,
  eventLimit,
  bodies,
  messageHeaders,
  argumentHeaders,
  headerValues,
  calls,
  logLines,
  model,
];
