import { expect, test } from 'vitest';
import { PRINT_ON_SIGNAL } from '../support/preload.ts';
import { startScripted } from '../support/scripted.ts';

test('what a library prints goes to stderr, and stdout stays the protocol’s (T031)', async () => {
  const { bridge } = await startScripted(
    {},
    { nodeArgs: [...PRINT_ON_SIGNAL, '--trace-warnings', '--trace-deprecation'] },
  );
  await bridge.initialize();
  bridge.child.kill('SIGUSR2');
  await bridge.says(/the end of the noise/);
  await bridge.call(1, 'tools/list');
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  expect(bridge.stderr.match(/noise of \w+/g)).toHaveLength(3 * 8);
  expect(bridge.lines.join('')).not.toMatch(/noise/);
});

test('Node’s own words about its work leave stdout alone (T031)', async () => {
  const { bridge } = await startScripted({}, { env: { NODE_DEBUG: 'http,net,tls,timer,module,stream', DEBUG: '*' } });
  await bridge.initialize();
  await bridge.call(1, 'tools/list');
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  expect(bridge.stderr).toMatch(/^NET \d+:/m);
});
