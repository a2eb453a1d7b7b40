/** A real Chromium: the one of this machine, with a profile of its own, and nothing that it would do behind our backs. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { findBrowser, NAMES } from './find-browser.ts';

export interface OpenBrowser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** @throws where the machine has none: what is to be seen in a browser has to be looked at in one */
export async function openBrowser(options: BrowserContextOptions = {}): Promise<OpenBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'uc-mcp-bridge-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...options,
    executablePath: executable(),
    headless: true,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return {
    context,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function executable(): string {
  const found = findBrowser();
  if (found !== undefined) return found;
  throw new Error(`none of ${NAMES.join(', ')} is installed: install Chromium, or name one in CHROMIUM_PATH`);
}
