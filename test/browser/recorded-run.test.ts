import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { recorded, SLOW_MS, SLOW_TOOL, SPOKEN } from '../record/eventful.ts';
import { browsing, labels, type Opened, tile, written } from './opened.ts';

const { opened } = browsing();

const ALL = ['initialize', 'tools/list', 'get_me', SLOW_TOOL, 'search_issues', 'issue_read', 'issue_write'];

describe('the page of a recorded run', () => {
  let text: string | undefined;

  /** The same run for every test. */
  async function look(): Promise<Opened> {
    text ??= readFileSync((await recorded()).file, 'utf8');
    return opened(written(text));
  }

  it('shows the calls, the slow one, the failed ones, the retry and the session that was lost', async () => {
    const { page, troubles } = await look();
    expect(await labels(page)).toEqual(ALL);
    expect(await tile(page, 'Calls').textContent()).toBe('7');
    expect(await tile(page, 'Failed').textContent()).toBe('2');
    expect(await tile(page, 'Retries').textContent()).toBe('1');
    expect(await tile(page, 'Sessions').textContent()).toBe('2');
    const slowest = await page.locator('.tile', { hasText: 'Slowest' }).textContent();
    expect(slowest).toContain(SLOW_TOOL);
    expect(Number.parseFloat(String(slowest?.match(/[\d.]+/)))).toBeGreaterThanOrEqual(SLOW_MS / 1000);
    expect(await page.locator('.badge.tool-error, .badge.error').count()).toBe(2);
    expect(await page.locator('#latency rect.bar-failed').count()).toBeGreaterThan(0);
    expect(await page.locator('.lane').allTextContents()).toEqual([...ALL, 'bridge requests']);
    expect(troubles).toEqual([]);
  });

  it('shows arguments, results and errors of a run with bodies, and says so of one without', async () => {
    const { file } = await recorded(['--record-bodies']);
    const { page, troubles } = await opened(file);
    const dialog = page.getByRole('dialog');
    const openCall = async (label: string) => {
      await page.locator('#calls .body .row', { hasText: label }).click();
    };
    await openCall('search_issues');
    expect(await dialog.locator('.body-block h3').allTextContents()).toEqual(['Arguments', 'Result']);
    expect(await dialog.locator('.body-block pre').first().textContent()).toBe(`{\n  "query": "${SPOKEN}"\n}`);
    await page.keyboard.press('Escape');
    await openCall(SLOW_TOOL);
    const result = dialog.locator('details');
    expect(await result.locator('pre').isVisible()).toBe(false);
    await result.locator('summary').click();
    expect(await result.locator('pre').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await openCall('issue_read');
    expect(await dialog.locator('.body-block h3').allTextContents()).toEqual(['Arguments', 'Error']);
    expect(await dialog.textContent()).toContain('Not Found');
    await page.keyboard.press('Escape');
    expect(troubles).toEqual([]);

    const without = (await look()).page;
    await without.locator('#calls .body .row', { hasText: 'search_issues' }).click();
    expect(await without.getByRole('dialog').textContent()).toContain('--record-bodies records them');
  });

  it('filters by words, outcome and tool, and sorts by each column', async () => {
    const { page } = await look();
    await page.fill('#search', 'ISSUE outcomeunknown');
    expect(await labels(page)).toEqual(['issue_write']);
    expect(await page.locator('#count').textContent()).toBe('1 of 7 calls');
    await page.click('#clear');
    expect(await labels(page)).toEqual(ALL);
    const chips = {
      Failed: ['issue_read', 'issue_write'],
      Retried: ['tools/list', 'search_issues'],
      Slow: [SLOW_TOOL],
    };
    for (const [name, expected] of Object.entries(chips)) {
      await page.getByRole('button', { name, exact: true }).click();
      expect(await labels(page)).toEqual(expected);
    }
    await page.getByRole('button', { name: 'All', exact: true }).last().click();
    await page.selectOption('#tool', 'get_me');
    expect(await labels(page)).toEqual(['get_me']);
    await page.selectOption('#tool', '');
    await page.getByRole('button', { name: 'Duration', exact: true }).click();
    expect((await labels(page))[0]).toBe(SLOW_TOOL);
    await page.getByRole('button', { name: 'Tool or method' }).click();
    expect(await labels(page)).toEqual([...ALL].sort((a, b) => a.localeCompare(b, 'en')));
    await page.fill('#search', 'nothing is called so');
    expect(await page.locator('#calls').textContent()).toContain('No call matches');
  });

  it('is used with keys alone', async () => {
    const { page } = await look();
    await page.keyboard.press('/');
    await page.keyboard.type('tools/list');
    expect(await labels(page)).toEqual(['tools/list']);
    await page.locator('#calls').focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    expect(await dialog.locator('h2').textContent()).toBe('tools/list');
    expect(await dialog.locator('.step-name').allTextContents()).toEqual(['Failed', 'Waited', 'Sent']);
    expect(await dialog.textContent()).toMatch(/HTTP 503.*Databricks request id|Databricks request id.*HTTP 503/);
    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(false);

    await page.fill('#search', '');
    await page.locator('#calls').focus();
    for (const key of ['End', 'Enter']) await page.keyboard.press(key);
    expect(await dialog.locator('h2').textContent()).toBe('issue_write');
    expect(await dialog.textContent()).toContain('OUTCOME UNKNOWN');
    await page.keyboard.press('ArrowUp');
    expect(await dialog.locator('h2').textContent()).toBe('issue_read');
    await page.keyboard.press('Escape');

    await page.locator('#timeline').focus();
    for (let i = 0; i < 12; i++) await page.keyboard.press('+');
    expect(await page.locator('#count').textContent()).toMatch(/^[0-3] of 7 calls$/);
    await page.keyboard.press('0');
    expect(await page.locator('#count').textContent()).toBe('7 calls');
  });

  it('opens the call that is pressed in the timeline, and looks closer at what is drawn over', async () => {
    const { page } = await look();
    const canvas = page.locator('#timeline');
    const box = await canvas.boundingBox();
    const lane = await page.locator('.lane', { hasText: SLOW_TOOL }).boundingBox();
    if (box === null || lane === null) throw new Error('nothing is drawn');
    // The slow call takes most of the time: it covers the middle of its lane.
    const [x, y] = [box.x + box.width * 0.6, lane.y + 10];
    await page.mouse.click(x, y);
    expect(await page.getByRole('dialog').locator('h2').textContent()).toBe(SLOW_TOOL);
    await page.keyboard.press('Escape');
    await page.mouse.move(x - 40, y);
    await page.mouse.down();
    await page.mouse.move(x, y, { steps: 3 });
    await page.mouse.up();
    expect(await labels(page)).toEqual([SLOW_TOOL]);
  });

  it('is light or dark as the system has it, until somebody says otherwise, and fits small and large windows', async () => {
    const { page } = await look();
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.waitForSelector('html[data-theme=light]');
    const light = await ground();
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.waitForSelector('html[data-theme=dark]');
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.click('#theme');
    expect(await ground()).toBe(light);
    const tiles = await page.locator('.tile').count();
    const rowsOfTiles = () =>
      page.evaluate(() => {
        const tops = [...document.querySelectorAll('.tile')].map((one) => one.getBoundingClientRect().top);
        return tops.filter((top) => top === tops[0]).length;
      });
    for (const width of [390, 800, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      // No row of tiles has a hole.
      expect(tiles % (await rowsOfTiles())).toBe(0);
      const time = page.locator('#calls .body .cell.number').first();
      expect(await time.isVisible()).toBe(true);
      expect(await time.evaluate((cell) => cell.scrollWidth <= cell.clientWidth)).toBe(true);
    }
    for (const width of [390, 768, 1600]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
  });

  it('cannot reach a network, and says so in its policy', async () => {
    const { page, troubles } = await look();
    let asked = 0;
    const server = createServer((_, response) => {
      asked++;
      response.end();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const outcome = await page.evaluate(async (target) => {
      const image = new Image();
      const loaded = new Promise((resolve) => {
        image.onload = () => resolve('loaded');
        image.onerror = () => resolve('refused');
      });
      image.src = target;
      const fetched = fetch(target, { mode: 'no-cors' }).then(
        () => 'fetched',
        () => 'refused',
      );
      return [await loaded, await fetched];
    }, url);
    expect(outcome).toEqual(['refused', 'refused']);
    expect(asked).toBe(0);
    expect(troubles.length).toBeGreaterThan(0);
  });
});
