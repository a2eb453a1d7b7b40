import { USAGE } from '../problems.ts';
import type { Kind } from './kind.ts';

/** The clients whose configuration `install` can write, as they are typed. */
export const CLIENT_NAMES = [
  'claude-desktop',
  'claude-code',
  'vscode',
  'vscode-insiders',
  'cursor',
  'windsurf',
  'codex',
  'zed',
  'jetbrains',
  'gemini-cli',
  'copilot-cli',
  'kiro',
  'opencode',
  'lm-studio',
  'goose',
  'antigravity',
  'cline',
  'visual-studio',
  'copilot-jetbrains',
  'devin',
  'amp',
  'warp',
  'qwen',
  'factory',
  'continue',
  'crush',
  'kilo',
  'trae',
  'vscode-remote',
] as const;

export type ClientName = (typeof CLIENT_NAMES)[number];

/** What people type for them as well. */
const ALSO: Readonly<Record<string, ClientName>> = {
  claude: 'claude-desktop',
  code: 'vscode',
  'vs-code': 'vscode',
  junie: 'jetbrains',
  gemini: 'gemini-cli',
  copilot: 'copilot-cli',
  lmstudio: 'lm-studio',
  agy: 'antigravity',
  'devin-desktop': 'devin',
  'qwen-code': 'qwen',
  droid: 'factory',
  'kilo-code': 'kilo',
};

/** Clients, each by its own flag or several with commas between. */
export const CLIENTS: Kind<readonly ClientName[]> = {
  metavar: 'CLIENT',
  exit: USAGE,
  read: (text) => {
    const words = text
      .toLowerCase()
      .split(',')
      .map((word) => word.trim());
    const names = words.map((word) => CLIENT_NAMES.find((name) => name === word) ?? own(ALSO, word));
    const known = names.filter((name) => name !== undefined);
    return known.length === names.length ? { value: known } : { wrong: `give one of ${CLIENT_NAMES.join(', ')}.` };
  },
  join: (lists) => [...new Set(lists.flat())],
};

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
