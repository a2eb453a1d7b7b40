/** A user's home for browser sign-ins, with a program that stands for the browser and the user in front of it. */

import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from './temporary.ts';

const PROGRAM = fileURLToPath(new URL('./stand-in/browser.cjs', import.meta.url));

export interface BrowserHome {
  /** For a bridge: HOME, BROWSER and the callback port of this test. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the token files. */
  readonly folder: string;
  /** Addresses and pages that the stand-in has opened, oldest first. */
  opened(): readonly { readonly address?: string; readonly page?: string; readonly env?: Record<string, string> }[];
  /** The content of the one token file; undefined if there is none. */
  stored(): Record<string, unknown> | undefined;
  tokenPath(): string;
  write(tokens: object): void;
}

/** @param decision - what the user does: `allow`, `deny`, or `leave` without an answer */
export function browserHome(decision: 'allow' | 'deny' | 'leave' = 'allow'): BrowserHome {
  const home = temporaryDirectory();
  const log = join(home, 'browser.jsonl');
  const browser = join(home, 'browser');
  writeFileSync(browser, `#!${process.execPath}\nrequire(${JSON.stringify(PROGRAM)});\n`);
  chmodSync(browser, 0o755);
  const folder = join(home, '.local', 'state', 'uc-mcp-bridge');
  const tokenPath = () => {
    const name = existsSync(folder) ? readdirSync(folder).find((file) => file.endsWith('.json')) : undefined;
    return name === undefined ? '' : join(folder, name);
  };
  return {
    env: { HOME: home, BROWSER: browser, STAND_IN_BROWSER: JSON.stringify({ log, decision }) },
    folder,
    tokenPath,
    opened: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
    stored: () => (tokenPath() === '' ? undefined : JSON.parse(readFileSync(tokenPath(), 'utf8'))),
    write: (tokens) => writeFileSync(tokenPath(), JSON.stringify(tokens)),
  };
}
