/** One call in full: what was tried for it, one after the other, and what it ended with. */

import type { Step } from '../calls.ts';
import { bodyBlock } from './body.ts';
import type { Row } from './data.ts';
import { element, placed } from './dom.ts';
import { clockTime, day, duration, size, timeZone } from './format.ts';
import { outcomeOf } from './outcome.ts';

/** @param hasBodies - whether the messages of its run were recorded */
export function detail(row: Row, hasBodies: boolean): HTMLElement {
  const { call, label, number, requestId } = row;
  const outcome = outcomeOf(row);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Method', call.method],
    ['Id', call.id],
    ['When', `${day(call.atMs)}, ${clockTime(call.atMs, true)} ${timeZone(call.atMs)}`],
    ['Duration', duration(call.tookMs)],
    ['Request, response', `${size(call.askedBytes)}, ${size(call.answeredBytes)}`],
    ['Databricks request id', requestId],
  ];
  const list = facts.flatMap(([name, value]) =>
    value === undefined ? [] : [element('dt', {}, name), element('dd', {}, value)],
  );
  return element(
    'div',
    {},
    element('p', { class: 'eyebrow' }, `Call ${number}`),
    element('h2', { id: 'detail-title' }, label),
    element('p', {}, element('span', { class: `badge ${outcome.name}` }, outcome.word)),
    call.error &&
      element(
        'p',
        { class: row.refused ? 'error policy' : 'error' },
        element('b', {}, [KIND_WORDS[call.error.kind] ?? call.error.kind, call.error.code].filter(Boolean).join(' ')),
        call.error.message ? ` ${call.error.message}` : '',
      ),
    element('dl', {}, ...list),
    call.asked && bodyBlock('Arguments', call.asked),
    call.answered && bodyBlock(call.outcome === 'ok' ? 'Result' : 'Error', call.answered),
    hasBodies &&
      call.asked === undefined &&
      call.answered === undefined &&
      element('p', { class: 'none' }, 'The messages of this call were left out: the record is too large for one page.'),
    !hasBodies &&
      element('p', { class: 'none' }, 'Arguments and results are not in this record. --record-bodies records them.'),
    element('h3', {}, 'Attempts'),
    steps(call.steps, call.tookMs),
  );
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  policy: 'Refused by your tool policy:',
  tool: 'The tool reported a failure.',
  server: 'The server answered with an error:',
};

function steps(all: readonly Step[], tookMs: number | undefined): HTMLElement {
  if (all.length === 0) return element('p', { class: 'none' }, 'Nothing was sent.');
  const wholeMs = Math.max(1e-6, tookMs ?? 0, ...all.map(({ fromMs, tookMs: ms }) => fromMs + ms));
  return element('ol', { class: 'steps' }, ...all.map((step) => line(step, wholeMs)));
}

function line(step: Step, wholeMs: number): HTMLElement {
  const { because, error, fromMs, is, outcome, session, status, tookMs } = step;
  const isFine = outcome === 'done';
  const kind = is === 'wait' ? 'wait' : isFine ? 'fine' : outcome === 'session-gone' ? 'session' : 'broken';
  const name = is === 'wait' ? 'Waited' : isFine ? 'Sent' : outcome === 'session-gone' ? 'Session was gone' : 'Failed';
  const said = [
    duration(tookMs),
    status !== undefined && `HTTP ${status}`,
    session !== undefined && `session ${session}`,
    because ?? (isFine || outcome === 'session-gone' ? undefined : outcome),
  ];
  const bar = element('span', { class: `step-bar ${kind}` });
  return element(
    'li',
    {},
    element('span', { class: 'step-name' }, name),
    element('span', { class: 'step-said' }, said.filter(Boolean).join(' · ')),
    element('span', { class: 'track' }, placed(bar, Math.max(0, fromMs) / wholeMs, Math.max(0.004, tookMs / wholeMs))),
    error?.message ? element('span', { class: 'step-error' }, error.message) : undefined,
  );
}
