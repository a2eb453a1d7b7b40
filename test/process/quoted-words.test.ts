/** Words by which the workspace's refusals are known stand elsewhere too: there they mean nothing. */

import { expect, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { raw } from '../support/canned.ts';
import { startScripted } from '../support/scripted.ts';

const WORDS = [
  'the scope is required',
  'User is missing USE CONNECTION',
  'fix invalid_grant',
  'connection x does not exist',
  'blocked by IP access list',
];

test.each(WORDS)('"%s" in the page of a 502 does not make it a refusal: the outcome is unknown (F8)', async (words) => {
  const { bridge, of } = await startScripted({ 'tools/call': () => raw(`<html><body>${words}</body></html>`, 502) });
  expectBridgeError(await bridge.call(1, 'tools/call'), { kind: 'outcomeUnknown', outcome: 'unknown' });
  expect(of('tools/call')).toHaveLength(1);
});

test.each(WORDS)('"%s" in an array that holds the answer is part of the answer (T105)', async (words) => {
  const { bridge } = await startScripted({
    'tools/call': () => raw(`[{"jsonrpc":"2.0","id":1,"result":{"text":"${words}"}}]`),
  });
  expect(await bridge.call(1, 'tools/call')).toHaveProperty('result.text', words);
});
