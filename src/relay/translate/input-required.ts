/** Results that ask for more before the call can go on, and the call that brings it. [MCP 2026-07-28, Multi round-trip] */

import { editMember, isObject } from '../../protocol/edit.ts';
import { type Answer, withId } from '../../protocol/incoming.ts';
import { members, rawAt } from '../../protocol/json.ts';
import type { Id } from '../../protocol/message.ts';
import { unanswerable } from './unanswerable.ts';

/** One thing that the server wants to know from the client. */
export interface Question {
  /** The server's name for it, under which it expects the answer. */
  readonly key: string;
  readonly method: string;
  /** Raw text. */
  readonly params: string | undefined;
}

export interface InputRequired {
  /** Undefined where the server asks nothing, and only wants to be called again. */
  readonly questions: readonly Question[] | undefined;
  /** Raw text, which goes back as it came. */
  readonly state: string | undefined;
}

/** Most questions that one result may ask. */
const QUESTIONS_LIMIT = 8;

/**
 * @returns undefined where the answer is final
 * @throws Problem where it asks in a way that cannot be understood, or too much
 */
export function readInputRequired({ text }: Answer): InputRequired | undefined {
  const result = rawAt(text, 'result');
  const type = isObject(result) ? rawAt(result, 'resultType') : undefined;
  if (result === undefined || type === undefined || JSON.parse(type) !== 'input_required') return undefined;
  const requests = rawAt(result, 'inputRequests');
  const state = rawAt(result, 'requestState');
  if (requests === undefined && state === undefined)
    throw unanswerable('The MCP server asks for input, but not which.');
  return { questions: requests === undefined ? undefined : readQuestions(requests), state };
}

/**
 * The call once more, with what the server asked for.
 *
 * @param id - a call that is made again is another request
 * @param answers - raw texts of the client's results, by the keys of the questions
 */
export function withInput(
  text: string,
  id: Id,
  answers: ReadonlyMap<string, string> | undefined,
  state: string | undefined,
): string {
  const responses = answers && [...answers].map(([key, result]) => `${JSON.stringify(key)}:${result}`).join(',');
  return editMember(withId(text, id), 'params', (params = '{}') => {
    const answered = editMember(params, 'inputResponses', (raw) => (responses === undefined ? raw : `{${responses}}`));
    return editMember(answered, 'requestState', (raw) => state ?? raw);
  });
}

function readQuestions(requests: string): readonly Question[] {
  if (!isObject(requests)) throw unanswerable('The MCP server asks for input, but not in the form of requests.');
  const asked = members(requests);
  if (asked.length > QUESTIONS_LIMIT) {
    throw unanswerable(`The MCP server asks ${asked.length} things at once; ${QUESTIONS_LIMIT} are the most.`);
  }
  return asked.map(({ key, start, end }) => readQuestion(key, requests.slice(start, end)));
}

function readQuestion(key: string, request: string): Question {
  const method: unknown = JSON.parse(rawAt(request, 'method') ?? 'null');
  if (typeof method !== 'string') throw unanswerable('The MCP server asks for input without saying what kind.');
  return { key, method, params: rawAt(request, 'params') };
}
