import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What Chromium is called where it is installed. */
export const NAMES: readonly string[] = ['chromium', 'chromium-browser', 'google-chrome'];

/** The Chromium of this machine, or the one that CHROMIUM_PATH names. */
export function findBrowser(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named) return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
