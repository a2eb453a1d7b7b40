import { expect, it } from 'vitest';
import { Cancellation, underBoth } from '../../src/relay/cancellation.ts';

it('a cancellation fires once, with its first reason, for those that still listen', () => {
  const cancellation = new Cancellation();
  const heard: unknown[] = [];
  const gone = () => heard.push('gone');
  cancellation.addEventListener('abort', gone);
  cancellation.addEventListener('abort', () => heard.push(cancellation.reason));
  cancellation.removeEventListener('abort', gone);
  cancellation.abort('first');
  cancellation.abort('second');
  expect(heard).toEqual(['first']);
  expect(cancellation).toMatchObject({ aborted: true, reason: 'first' });
});

it('work under two signals is given up with the first of them, also where that has fired before', async () => {
  for (const isEarly of [false, true]) {
    const [one, other] = [new Cancellation(), new AbortController()];
    if (isEarly) other.abort('enough');
    const work = underBoth(
      one,
      other.signal,
      (both) =>
        new Promise((_, reject) => {
          if (both.aborted) reject(both.reason);
          both.addEventListener('abort', () => reject(both.reason));
        }),
    );
    if (!isEarly) other.abort('enough');
    await expect(work).rejects.toBe('enough');
  }
});
