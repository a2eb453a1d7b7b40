/** Runs the official suite, and reads what it has found. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Check, Results } from './check.ts';

export interface Suite {
  /** The scenarios in which a client is under test, one after the other. */
  clientScenarios(command: string, scenarios: readonly string[], args: readonly string[]): Promise<Results>;
  /** The scenarios in which a server is under test. */
  serverScenarios(url: string, args: readonly string[]): Promise<Results>;
}

/**
 * @param node - path of the Node that runs the suite
 * @param entry - path of the suite's command line
 */
export function suite(node: string, entry: string): Suite {
  async function run(args: readonly string[]): Promise<Results> {
    const folder = await mkdtemp(join(tmpdir(), 'uc-mcp-conformance-'));
    try {
      const child = spawn(node, [entry, ...args, '--output-dir', folder], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, PATH: path },
      });
      const said = collect(child);
      await once(child, 'close');
      const results = await readResults(folder);
      if (results.size === 0) throw new Error(`the suite has no results for ${args.join(' ')}:\n${said()}`);
      return results;
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  return {
    async clientScenarios(command, scenarios, args) {
      const results = new Map<string, readonly Check[]>();
      for (const scenario of scenarios) {
        const found = await run(['client', '--command', command, '--scenario', scenario, ...args]);
        results.set(scenario, found.get(scenario) ?? []);
      }
      return results;
    },
    serverScenarios: (url, args) => run(['server', '--url', url, ...args]),
  };
}

/** So that `node` is the one that runs this, and not the suite's. */
const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);

/** Folders are called by their scenario and the time, those of servers with `server-` before it. */
const FOLDER = /^(?:server-)?(?<scenario>.+)-\d{4}-\d{2}-\d{2}T[\d-]+Z$/;

async function readResults(folder: string): Promise<Results> {
  const results = new Map<string, readonly Check[]>();
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith('checks.json')) continue;
    const { scenario = '' } = FOLDER.exec(dirname(file))?.groups ?? {};
    results.set(scenario, JSON.parse(await readFile(join(folder, file), 'utf8')));
  }
  return results;
}

function collect({ stderr, stdout }: ChildProcess): () => string {
  let said = '';
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  }
  return () => said;
}
