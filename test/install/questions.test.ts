import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Left, type Questions, questionsAt } from '../../src/commands/install/questions.ts';

const ENTER = '\r';
const DOWN = '\u001b[B';
const SPACE = ' ';
const CTRL_C = '\u0003';

/** A terminal at which somebody presses keys, each when the last has been seen. */
function terminal(...keys: string[]): { questions: Questions; shown: () => string } {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 40 });
  let shown = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const key = keys.shift();
    if (key !== undefined) setImmediate(() => input.write(key));
  });
  return { questions: questionsAt({ input, output }), shown: () => shown };
}

const choice = (name: 'cursor' | 'zed' | 'goose') => ({ name, title: name });

describe('what is asked at a terminal', () => {
  it('is the connection, until it is one', async () => {
    const { questions, shown } = terminal('a/b', ENTER, '\u007f', '\u007f', ENTER);
    await expect(questions.connection()).resolves.toBe('a');
    expect(shown()).toContain('a connection name is made of');
  });

  it('is the profile, where there are several', async () => {
    await expect(terminal(DOWN, ENTER).questions.profile(['DEFAULT', 'work'])).resolves.toBe('work');
    await expect(terminal().questions.profile(['only'])).resolves.toBe('only');
    await expect(terminal().questions.profile([])).resolves.toBeUndefined();
  });

  it('is which clients, with those that were found chosen', async () => {
    const { questions, shown } = terminal(DOWN, DOWN, SPACE, ENTER);
    await expect(questions.clients([choice('cursor'), choice('zed')], [choice('goose')])).resolves.toEqual([
      'cursor',
      'zed',
      'goose',
    ]);
    expect(shown()).toContain('not found here');
  });

  it('is whether to go on, to which Enter alone says no', async () => {
    await expect(terminal(ENTER).questions.yes('Make this change?')).resolves.toBe(false);
    await expect(terminal('y').questions.yes('Make this change?')).resolves.toBe(true);
  });

  it('is left by Ctrl-C', async () => {
    await expect(terminal(CTRL_C).questions.connection()).rejects.toThrow(Left);
  });
});
