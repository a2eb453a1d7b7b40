import { expect, test, vi } from 'vitest';
import { raw, silence } from '../support/canned.ts';
import { startSandboxed } from '../support/sandboxed.ts';
import { startScripted } from '../support/scripted.ts';

test('the session is ended by a DELETE in the envelope (T074)', async () => {
  const { bridge, sandbox } = await startSandboxed();
  await bridge.initialize();
  await bridge.call(1, 'ping');
  expect(sandbox.endpoint.liveSessions()).toBe(1);
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  expect(sandbox.endpoint.liveSessions()).toBe(0);
});

test.each([
  ['refused', () => raw('', 405)],
  ['unknown', () => raw('', 404)],
  ['never answered', silence],
])('a DELETE that is %s is one, takes half a second at most, and changes nothing (T074)', async (_what, reply) => {
  const { bridge, of } = await startScripted({ DELETE: reply });
  await bridge.initialize();
  const since = performance.now();
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  expect(performance.now() - since).toBeLessThan(2_000);
  expect(of('DELETE')).toHaveLength(1);
});

test('SIGTERM ends the session too (T074)', async () => {
  const { bridge, sandbox } = await startSandboxed();
  await bridge.initialize();
  await bridge.call(1, 'ping');
  bridge.child.kill('SIGTERM');
  expect(await bridge.exit).toEqual({ code: 143, signal: null });
  await vi.waitFor(() => expect(sandbox.endpoint.liveSessions()).toBe(0));
});
