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
});
