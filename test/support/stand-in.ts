/** Programs that stand for `databricks` and `az`, in a folder that a test puts on PATH. */

import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from './temporary.ts';

/** What one run does: the name of what the real program does, and what it takes. */
export type Step =
  | { readonly does: 'token' | 'azure' | 'noise'; readonly token: string; readonly lifeS?: number }
  | { readonly does: 'print'; readonly stdout?: string; readonly stderr?: string; readonly exitCode?: number }
  | { readonly does: 'hang' | 'race' | 'noLogin' | 'revoked' | 'ambiguous' | 'oldCli' }
  | { readonly does: 'shared'; readonly tokens: readonly string[] };

export interface Run {
  readonly pid: number;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** All that it found on its stdin. */
  readonly stdin: string;
}

export interface StandIn {
  readonly folder: string;
  /** Full path of the program. */
  readonly file: string;
  /** For a bridge: PATH with the stand-in before everything else. */
  readonly env: Readonly<Record<string, string>>;
  /** What it does from now on: a step for each run, the last one for all that follow. */
  plan(...steps: readonly Step[]): void;
  runs(): readonly Run[];
}

const PROGRAM = fileURLToPath(new URL('./stand-in/program.cjs', import.meta.url));

export function standIn(name: 'databricks' | 'az', ...steps: readonly Step[]): StandIn {
  const folder = temporaryDirectory();
  const file = join(folder, name);
  writeFileSync(file, `#!${process.execPath}\nrequire(${JSON.stringify(PROGRAM)});\n`);
  chmodSync(file, 0o755);
  const log = join(folder, 'runs.jsonl');
  const runs = (): Run[] =>
    existsSync(log)
      ? readFileSync(log, 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [];
  const plan = (...more: readonly Step[]) => {
    // Steps are counted from the first run: what was planned for runs that are over is filled up.
    const done = runs().length;
    writeFileSync(join(folder, 'plan.json'), JSON.stringify([...Array(done).fill(more[0]), ...more]));
  };
  plan(...steps);
  return { folder, file, env: { PATH: `${folder}:${process.env['PATH']}` }, plan, runs };
}

/** Whether a process is there, and more than an entry that its parent has not read yet. */
export function isAlive(pid = 0): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
