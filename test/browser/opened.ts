/** The page of a record, made with the built bin and opened in a browser. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { runBin } from '../support/run-bin.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';

export interface Opened {
  readonly page: Page;
  /** What stands on the console, and what was asked of a network. */
  readonly troubles: readonly string[];
}

/** Has a browser for the tests of a file. */
export function browsing(): { opened(record: string): Promise<Opened> } {
  let browser: OpenBrowser;
  beforeAll(async () => {
    browser = await openBrowser({ viewport: { width: 1280, height: 900 } });
  });
  afterAll(() => browser?.close());
  return {
    async opened(record) {
      const output = join(temporaryDirectory(), 'report.html');
      const { code, stderr } = await runBin({ args: ['report', record, '--output', output] });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const address = pathToFileURL(output).href;
      const page = await browser.context.newPage();
      onTestFinished(() => page.close());
      const troubles: string[] = [];
      page.on('console', (message) => troubles.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => troubles.push(String(error)));
      page.on('request', (request) => {
        if (request.url() !== address && request.url() !== 'data:,') troubles.push(`request: ${request.url()}`);
      });
      await page.goto(address);
      await page.waitForSelector('html[data-ready]');
      return { page, troubles };
    },
  };
}

export function written(text: string): string {
  const file = join(temporaryDirectory(), 'record.jsonl');
  writeFileSync(file, text);
  return file;
}

/** Names of the calls in the table, from top to bottom. */
export function labels(page: Page): Promise<string[]> {
  return page.locator('#calls .body .cell.label').allTextContents();
}

/** The figure under a name. */
export function tile(page: Page, name: string): Locator {
  return page.locator('.tile', { has: page.getByText(name, { exact: true }) }).locator('strong');
}
