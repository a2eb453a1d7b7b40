/** Runs every command that the README and docs/clients.md show, against a workspace that has what they name. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../src/sandbox/sandbox.ts';
import { startWorkspace, type Workspace } from '../src/sandbox/workspace.ts';
import { AS_WINDOWS } from './support/preload.ts';
import { type Run, runBin } from './support/run-bin.ts';

const README = ['README.md', 'docs/clients.md']
  .map((name) => readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8'))
  .join('\n');
const TOKEN = 'dapi-canary-of-the-readme-0123456789';

/** Every line in a block of code that runs the bridge, by name or from the archive, without its comment. */
const commands = [...README.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
  .filter(([, language]) => language === '' || language === 'sh')
  .flatMap(([, , block = '']) => block.split('\n'))
  .map((line) => line.replace(/\s+#.*$/, ''))
  .filter((line) => /^(?:npx \.\/)?uc-mcp-bridge(?:-[\d.]+\.tgz)? /.test(line))
  // Visual Studio runs on Windows only, and install says so elsewhere.
  .filter((line) => process.platform === 'win32' || !line.includes('--client visual-studio '));

/** As a shell would part it: blanks part words, single quotes hold them together. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

describe('the commands of the README', () => {
  let sandbox: Sandbox;
  let workspace: Workspace;
  let home: string;
  const api = createServer((_, response) => response.end('{"count":0,"views":[]}'));

  beforeAll(async () => {
    sandbox = await startSandbox();
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    workspace = await startWorkspace({
      token: TOKEN,
      connections: {
        github_u2m_connection: { url: sandbox.mcpUrl },
        github_api: { url: `http://127.0.0.1:${(api.address() as AddressInfo).port}/repos/octo-sandbox/lighthouse` },
      },
    });
    home = mkdtempSync(join(tmpdir(), 'uc-mcp-bridge-readme-'));
    writeFileSync(join(home, '.databrickscfg'), `[DEFAULT]\nhost = ${workspace.host}\ntoken = ${TOKEN}\n`, {
      mode: 0o600,
    });
    const recorded = await run(
      ['--connection', 'github_u2m_connection', '--record', 'record.jsonl', '--record-bodies'],
      {
        text: '{"jsonrpc":"2.0","id":1,"method":"ping"}\n',
      },
    );
    expect(recorded).toMatchObject({ code: 0 });
  });

  afterAll(async () => {
    await Promise.all([workspace.close(), sandbox.close(), new Promise((resolve) => api.close(resolve))]);
    rmSync(home, { recursive: true });
  });

  /** In a home of its own, with nothing of this machine's in it. */
  function run(args: readonly string[], stdin?: { text: string }): Promise<Run> {
    const env = {
      HOME: home,
      XDG_CONFIG_HOME: join(home, '.config'),
      TMPDIR: home,
      DATABRICKS_CONFIG_FILE: join(home, '.databrickscfg'),
    };
    // This client runs on Windows only.
    const nodeArgs = args.includes('visual-studio') ? AS_WINDOWS : [];
    return runBin({ args, env, cwd: home, nodeArgs, timeoutMs: 25_000, ...(stdin && { stdin }) });
  }

  it('are there', () => {
    expect(commands.length).toBeGreaterThan(20);
    for (const name of ['doctor', 'list', 'whoami', 'call', 'request', 'install', 'report', 'audit', 'replay']) {
      expect(
        commands.some((line) => wordsOf(line).includes(name)),
        name,
      ).toBe(true);
    }
  });

  it.each([...new Set(commands)])('%s', async (line) => {
    const words = wordsOf(line).slice(line.startsWith('npx ') ? 2 : 1);
    // Whoever is asked there, nothing is written here.
    const args =
      words[0] === 'install'
        ? [...words, ...(words.includes('--client') ? [] : ['--client', 'cursor']), '--dry-run']
        : words;
    const { code, stderr } = await run(args.map((word) => word.replace('<your-connection>', 'github_u2m_connection')));
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  });
});
