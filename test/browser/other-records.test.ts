import { describe, expect, it } from 'vitest';
import { callAt, HEADER, recordText } from '../record/synthetic.ts';
import { browsing, labels, tile, written } from './opened.ts';

const { opened } = browsing();

describe('the page of any other record', () => {
  it('shows what a hostile server calls its tools, and runs none of it', async () => {
    const tool = '</script><script>window.owned=1</script><img src=x onerror=window.owned=1>\u2028\u202e"\'`';
    const error = { kind: '<b>kind</b>', code: -1, message: '<img src=x onerror=window.owned=1>\u2029' };
    const calls = callAt(10, 1, tool, 30, { outcome: 'error', error });
    const { page, troubles } = await opened(written(recordText([HEADER, ...calls])));
    expect(await labels(page)).toEqual([tool]);
    await page.locator('#calls').focus();
    await page.keyboard.press('Enter');
    expect(await page.getByRole('dialog').textContent()).toContain(error.message);
    expect(await page.evaluate(() => 'owned' in window)).toBe(false);
    expect(await page.locator('img').count()).toBe(0);
    expect(troubles).toEqual([]);
  });

  it('opens the call of the row that is clicked', async () => {
    const calls = ['first_tool', 'second_tool'].flatMap((tool, index) => callAt(50 * index, index, tool, 5));
    const { page, troubles } = await opened(written(recordText([HEADER, ...calls])));
    await page.locator('#calls .body .row', { hasText: 'second_tool' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.isVisible()).toBe(true);
    expect(await dialog.textContent()).toContain('second_tool');
    expect(await dialog.textContent()).not.toContain('first_tool');
    expect(troubles).toEqual([]);
  });

  it('takes ten thousand calls without ten thousand elements', async () => {
    const calls = Array.from({ length: 10_000 }, (_, i) =>
      callAt(i * 150, i, `tool_${i % 30}`, 20 + ((i * 7919) % 900)),
    );
    const { page, troubles } = await opened(written(recordText([HEADER, ...calls.flat()])));
    expect(await tile(page, 'Calls').textContent()).toBe('10,000');
    expect(await page.locator('#calls .body .row').count()).toBeLessThan(60);
    await page.locator('#calls').focus();
    await page.keyboard.press('End');
    expect((await labels(page)).at(-1)).toBe('tool_9');
    const ms = await page.evaluate(() => {
      const start = performance.now();
      document.querySelector<HTMLElement>('[data-key=tookMs]')?.click();
      const search = document.querySelector('#search') as HTMLInputElement;
      search.value = 'tool_7';
      search.dispatchEvent(new Event('input'));
      return performance.now() - start;
    });
    expect(await page.locator('#count').textContent()).toBe('334 of 10,000 calls');
    // Some tens of milliseconds; a page that lays out every row takes seconds.
    expect(ms).toBeLessThan(1500);
    expect(troubles).toEqual([]);
  });

  it('says what is missing: no call, no end, half a line, lines that were left out', async () => {
    const empty = await opened(written(recordText([HEADER])));
    expect(await empty.page.locator('#empty').isVisible()).toBe(true);
    expect(await empty.page.locator('#calls').isVisible()).toBe(false);
    expect(await empty.page.locator('#notices').textContent()).toContain('has no end');
    expect(empty.troubles).toEqual([]);

    const asked = callAt(10, 1, 'get_me', 5).slice(0, 1);
    const text = recordText([HEADER, ...asked, { ms: 20, type: 'gap', lines: 3 }]);
    const { page, troubles } = await opened(written(`${text}{"time":"2026-`));
    expect(await page.locator('.badge').allTextContents()).toEqual(['no answer']);
    expect(await page.locator('#notices').textContent()).toMatch(/no end.*3 lines were left out.*1 line of the file/);
    expect(troubles).toEqual([]);
  });

  it('shows several runs, or one of them', async () => {
    const first = recordText([HEADER, ...callAt(10, 1, 'one', 5), { ms: 30, type: 'end', exitCode: 0 }], 'aaaaaaaa');
    const second = recordText([HEADER, ...callAt(10, 1, 'two', 5), { ms: 30, type: 'end', exitCode: 0 }], 'bbbbbbbb');
    const { page } = await opened(written(first + second));
    expect((await labels(page)).sort()).toEqual(['one', 'two']);
    await page.selectOption('#run', '1');
    expect(await labels(page)).toEqual(['two']);
  });

  it('shows a refusal by the tool policy as refused, not as failed', async () => {
    const error = { kind: 'policy', code: -32600, message: 'The tool "delete_file" is excluded by --read-only.' };
    const refused = callAt(10, 1, 'delete_file', 1, { outcome: 'error', error }).filter(
      ({ type }) => type !== 'attempt',
    );
    const { page } = await opened(written(recordText([HEADER, ...refused, ...callAt(50, 2, 'get_me', 5)])));
    expect(await tile(page, 'Failed').textContent()).toBe('0');
    expect(await tile(page, 'Refused').textContent()).toBe('1');
    expect(await page.locator('.badge').allTextContents()).toEqual(['refused', 'answered']);
    expect(await page.locator('.badge.error, .meter.bad, .bar-failed, td.bad').count()).toBe(0);
    await page.getByRole('button', { name: 'Refused', exact: true }).click();
    expect(await labels(page)).toEqual(['delete_file']);
    await page.locator('#calls .body .row').click();
    expect(await page.getByRole('dialog').textContent()).toContain('Refused by your tool policy:');
  });

  it('names every connection, route and host of several runs, those of one run, and the time zone', async () => {
    const other = { ...HEADER, route: 'managed-mcp', connection: 'jira', host: 'https://adb-2.azuredatabricks.net' };
    const text =
      recordText([HEADER, ...callAt(10, 1, 'one', 5)], 'aaaaaaaa') +
      recordText([other, ...callAt(10, 1, 'two', 5)], 'bbbbbbbb');
    const { page } = await opened(written(text));
    const facts = () => page.locator('#facts').textContent();
    expect(await page.locator('h1').textContent()).toBe('github, jira');
    expect(await facts()).toMatch(/GMT.*2 runs.*routes external-function, managed-mcp.*adb-1.*adb-2/);
    await page.selectOption('#run', '1');
    expect(await page.locator('h1').textContent()).toBe('jira');
    expect(await facts()).toMatch(/route managed-mcp/);
    expect(await facts()).not.toMatch(/external-function|adb-1/);
  });

  it('keeps the digits of numbers in arguments, and cuts what is too long', async () => {
    const body = `{"id":1,"params":{"name":"x","arguments":{"n":12345678901234567890,"f":1.0,"long":"${'y'.repeat(30_000)}"}}}`;
    const [request, ...rest] = callAt(10, 1, 'x', 5, {
      body: '{"id":1,"result":{"content":[{"type":"text","text":"done"}]}}',
    });
    const header = { ...HEADER, bodies: true } as typeof HEADER;
    const calls = [{ ...request, body } as typeof HEADER, ...rest];
    const { page, troubles } = await opened(written(recordText([header, ...calls])));
    await page.locator('#calls .body .row').click();
    const [asked = '', answered] = await page.locator('.body-block pre').allTextContents();
    expect(asked).toContain('"n": 12345678901234567890,\n  "f": 1.0,');
    expect(asked.endsWith('y\u2026')).toBe(true);
    expect(asked.length).toBeLessThan(21_000);
    expect(answered).toBe('done');
    expect(troubles).toEqual([]);
  });

  it('shows the first tools, and all of them on request', async () => {
    const calls = Array.from({ length: 12 }, (_, index) => callAt(50 * index, index, `tool_${index}`, 5));
    const { page } = await opened(written(recordText([HEADER, ...calls.flat()])));
    const lines = page.locator('#tools tbody tr:visible');
    expect(await lines.count()).toBe(8);
    await page.getByRole('button', { name: 'Show all 12' }).click();
    expect(await lines.count()).toBe(12);
    await page.getByRole('button', { name: 'Show the first 8' }).click();
    expect(await lines.count()).toBe(8);
  });

  it.each([1, 2, 40, 2000])('histograms of %i calls have a count axis, and names that do not overlap', async (many) => {
    const calls = Array.from({ length: many }, (_, index) => callAt(50 * index, index, 'tool', 5 + (index % 40)));
    const { page } = await opened(written(recordText([HEADER, ...calls.flat()])));
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      const chart = page.locator('#latency svg');
      const counts = await chart.locator('text.tick[text-anchor=end]').allTextContents();
      expect(counts.length).toBeGreaterThan(1);
      expect(counts[0]).toBe('0');
      const boxes = await chart.locator('text').evaluateAll((all) =>
        all.map((one) => {
          const { bottom, left, right, top } = one.getBoundingClientRect();
          return { bottom, left, right, top };
        }),
      );
      const overlapping = boxes.filter((one, index) =>
        boxes
          .slice(index + 1)
          .some(
            (other) =>
              one.left < other.right - 1 &&
              other.left < one.right - 1 &&
              one.top < other.bottom - 4 &&
              other.top < one.bottom - 4,
          ),
      );
      expect(overlapping).toEqual([]);
    }
  });

  it('shows a mark behind the last call whole, and how long a folded pause is', async () => {
    const said = [
      HEADER,
      { ms: 5, type: 'session', event: 'opened', generation: 1 } as const,
      ...callAt(10, 1, 'get_me', 900),
      { ms: 3_600_000, type: 'session', event: 'ended', generation: 1 } as const,
      { ms: 3_600_001, type: 'end', exitCode: 0 } as const,
    ];
    const { page } = await opened(written(recordText(said)));
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      // The page is painted again after its width has changed.
      await page.waitForFunction(() => {
        const canvas = document.querySelector('canvas') as HTMLCanvasElement;
        return Math.abs(canvas.width / devicePixelRatio - canvas.clientWidth) < 2;
      });
      // Columns of the canvas in which the colour of a mark is, at the height of the marks.
      const columns = await page.evaluate(() => {
        const canvas = document.querySelector('canvas') as HTMLCanvasElement;
        const colour = getComputedStyle(canvas).getPropertyValue('--session').trim();
        const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
        const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(0, 26, canvas.width, 1);
        const near = (one = 0, other = 0) => Math.abs(one - other) < 60;
        return Array.from({ length: canvas.width }, (_, x) => x).filter(
          (x) => near(data[4 * x], red) && near(data[4 * x + 1], green) && near(data[4 * x + 2], blue),
        );
      });
      const box = await page.locator('#timeline').boundingBox();
      if (box === null) throw new Error('nothing is drawn');
      const last = columns.filter((x) => x > box.width / 2);
      expect(last.length).toBeGreaterThanOrEqual(7);
      expect(Math.max(...last)).toBeLessThan(box.width - 2);
      const gap = Math.min(...last) - 3;
      await page.mouse.move(box.x + gap, box.y + box.height - 6);
      expect(await page.locator('#tip').textContent()).toMatch(/^Idle.*(?:1 h|60 min|59 min)/);
    }
  });
});
