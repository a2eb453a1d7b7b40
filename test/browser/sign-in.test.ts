/** The whole sign-in in a real browser: the window that `serve` opens, the button, the page in the end, the first call. */

import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { startBridge } from '../support/bridge.ts';
import { browserHome } from '../support/browser-home.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';

let browser: OpenBrowser;
beforeAll(async () => {
  browser = await openBrowser({ viewport: { width: 800, height: 600 } });
});
afterAll(() => browser?.close());

it('leads from the window of serve to the first tool call, and leaves nothing of the query on the page (T230, T175)', async () => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const home = browserHome('leave');
  const bridge = startBridge({
    args: ['--connection', sandbox.connection],
    env: { DATABRICKS_HOST: sandbox.host, ...home.env },
  });
  const initialized = bridge.initialize();
  const address = await vi.waitFor(
    () => {
      const [{ address: first } = {}] = home.opened();
      if (first === undefined) throw new Error('no window has been opened');
      return first;
    },
    { timeout: 15_000 },
  );

  const page = await browser.context.newPage();
  onTestFinished(() => page.close());
  const troubles: string[] = [];
  page.on('console', (message) => {
    // The sandbox has no icon for its page.
    if (!message.location().url.startsWith(sandbox.host)) troubles.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(String(error)));
  const asked: URL[] = [];
  page.on('request', (request) => asked.push(new URL(request.url())));
  await page.goto(address);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
  expect(await page.textContent('body')).toContain('You can close this window and go back.');

  const redirect = new URL(address).searchParams.get('redirect_uri');
  const callback = asked.find(({ origin, search }) => origin === redirect && search !== '');
  expect([...(callback?.searchParams.keys() ?? [])].sort()).toEqual(['code', 'iss', 'state']);
  const shown = (await page.content()) + (await page.evaluate(() => location.href + document.referrer));
  for (const [, value] of callback?.searchParams ?? []) expect(shown).not.toContain(value);
  expect(page.url()).toBe(`${redirect}/`);
  expect(troubles).toEqual([]);

  expect(await initialized).toHaveProperty('result');
  const { result } = await bridge.call('me', 'tools/call', { name: 'get_me', arguments: {} });
  expect(result?.isError).not.toBe(true);
  expect(JSON.parse(result?.content[0].text)).toHaveProperty('login');
});
