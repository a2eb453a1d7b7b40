/**
 * The main job, shown on this machine with nothing to set up: the sandbox stands for workspace and MCP server, the bridge
 * is started as a client starts it, and the official SDK's client talks to it.
 */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { WriteStream } from 'node:tty';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { VERSION } from '../version.ts';
import { type Colour, colourerFor } from './colour.ts';

const REPOSITORY = { owner: 'octo-sandbox', repo: 'lighthouse' };
const TITLE = 'Written through the bridge';
/** This very program. */
const SCRIPT = process.argv[1] ?? '';

/** @returns 0 only if all of it worked */
export async function demo(): Promise<number> {
  const page = new Page(process.stdout);
  page.line('uc-mcp-bridge: a client, the bridge and a sandboxed workspace, all on this machine', 'bold');
  page.line('');
  const sandbox = await page.step('sandbox', () => startSandbox(), describeSandbox);
  const folder = await mkdtemp(join(tmpdir(), 'uc-mcp-bridge-demo-'));
  const record = join(folder, 'record.jsonl');
  try {
    await drive(sandbox, page, record);
    page.line('');
    page.line('What stands around it');
    await showPolicy(sandbox, page);
    await showCommands(sandbox, page, record);
    await showSignIn(sandbox, page, folder);
    page.line('');
    page.line('All of it worked. To try it in a client of yours, let it start: uc-mcp-bridge serve --sandbox', 'green');
    return 0;
  } catch (error) {
    page.line('');
    page.line(`It did not work: ${error instanceof Error ? error.message : error}`, 'red');
    return 1;
  } finally {
    await Promise.all([sandbox.close(), rm(folder, { recursive: true, force: true })]);
  }
}

async function drive(sandbox: Sandbox, page: Page, record: string): Promise<void> {
  const client = new Client({ name: 'uc-mcp-bridge-demo', version: VERSION });
  const transport = bridgeTo(sandbox, ['--record', record]);
  let protocol = '';
  const tapped: Transport = Object.assign(transport, {
    setProtocolVersion: (version: string) => {
      protocol = version;
    },
  });
  try {
    await page.step('initialize', () => client.connect(tapped), describeServer);
    await page.step('tools/list', () => client.listTools(), describeTools);
    await page.step(
      'get_me',
      () => callTool('get_me', {}),
      (me) => `you are ${me['login']}`,
    );
    const before = await page.step('list_issues', () => callTool('list_issues', REPOSITORY), describeIssues);
    const written = await page.step(
      'issue_write',
      () => callTool('issue_write', { ...REPOSITORY, method: 'create', title: TITLE }),
      ({ url }) => `${url}`,
    );
    await page.step(
      'list_issues',
      () => callTool('list_issues', REPOSITORY),
      (after) => {
        if (after['totalCount'] !== Number(before['totalCount']) + 1) throw new Error('the issue is not in the list');
        const [newest] = after['issues'] as { number: number; title: string }[];
        if (newest?.title !== TITLE) throw new Error('the newest issue is another one');
        return `${describeIssues(after)}, the newest is #${newest.number} "${newest.title}"`;
      },
    );
    const count = sandbox.ledger.count('issue_write');
    if (count !== 1 || written['url'] === undefined) throw new Error(`issue_write ran ${count} times`);
  } finally {
    await page.step('shutdown', () => client.close(), describeEnd);
  }

  async function callTool(name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
    const { content, isError } = await client.callTool({ name, arguments: args });
    const [first] = content as { text?: string }[];
    if (isError || first?.text === undefined) throw new Error(`${name} failed: ${first?.text}`);
    return JSON.parse(first.text);
  }

  function describeServer(): string {
    const { name, version } = client.getServerVersion() ?? {};
    const session = sandbox.sessionIds.at(-1);
    return `${name} ${version}, protocol ${protocol}, session ${session?.slice(0, 8)}…`;
  }

  function describeEnd(): string {
    const live = sandbox.endpoint.liveSessions();
    if (live > 0) throw new Error(`${live} sessions are left on the server`);
    return 'the bridge has ended, and its session with it';
  }
}

/** A bridge as a client starts it. */
function bridgeTo(sandbox: Sandbox, options: readonly string[]): StdioClientTransport {
  return new StdioClientTransport({
    command: process.execPath,
    args: [SCRIPT, '--connection', sandbox.connection, ...options],
    env: environmentFor(sandbox),
    stderr: 'inherit',
  });
}

/** The token goes where no other process sees it. */
function environmentFor({ host, token }: Sandbox): Record<string, string> {
  return { DATABRICKS_HOST: host, DATABRICKS_TOKEN: token, UC_MCP_LOG_LEVEL: 'warn' };
}

/** A client that may only read is shown less, and is refused the rest. */
async function showPolicy(sandbox: Sandbox, page: Page): Promise<void> {
  const client = new Client({ name: 'uc-mcp-bridge-demo', version: VERSION });
  await client.connect(bridgeTo(sandbox, ['--read-only', '--log-level', 'error']));
  try {
    await page.step(
      '--read-only',
      () => client.listTools(),
      ({ tools }) => `${tools.length} tools are left`,
    );
    const before = sandbox.ledger.count('issue_write');
    const refusal = async () => {
      try {
        await client.callTool({ name: 'issue_write', arguments: { ...REPOSITORY, method: 'create', title: TITLE } });
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
      throw new Error('the policy let a call through');
    };
    await page.step('issue_write', refusal, (message) => {
      if (sandbox.ledger.count('issue_write') !== before) throw new Error('the call ran all the same');
      return `refused: ${message.replace(/^MCP error -\d+: /, '').split('. ')[0]}`;
    });
  } finally {
    await client.close();
  }
}

async function showCommands(sandbox: Sandbox, page: Page, record: string): Promise<void> {
  const run = promisify(execFile);
  const command = async (...words: readonly string[]) =>
    (await run(process.execPath, [SCRIPT, ...words], { env: environmentFor(sandbox) })).stdout;
  const way = ['--connection', sandbox.connection, '--json'];
  await page.step(
    'list',
    async () => JSON.parse(await command('list', '--schema', 'sandbox.mcp', '--json')),
    ({ entries }: { entries: { option: string }[] }) => entries.map(({ option }) => option).join(', '),
  );
  await page.step(
    'doctor',
    async () => JSON.parse(await command('doctor', ...way)),
    ({ ok, recommendation, steps }: { ok: boolean; recommendation: { route: string }; steps: unknown[] }) => {
      if (!ok) throw new Error('the doctor found something');
      return `${steps.length} steps, no problems; recommended: --route ${recommendation.route}`;
    },
  );
  await page.step(
    'report',
    () => command('report', record),
    (said) => `a page with ${/\d+ calls/.exec(said)?.[0] ?? 'the calls'}`,
  );
}

/** The sign-in of a user without a token. The demo follows the links that a browser would. */
async function showSignIn({ host }: Sandbox, page: Page, folder: string): Promise<void> {
  const env = { HOME: folder, XDG_STATE_HOME: folder, LOCALAPPDATA: folder, USERPROFILE: folder };
  const run = promisify(execFile);
  await page.step(
    'login',
    async () => {
      const child = spawn(process.execPath, [SCRIPT, 'login', '--host', host, '--no-browser'], {
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const ended = once(child, 'exit');
      let said = '';
      for await (const chunk of child.stderr) {
        said += chunk;
        const [address] = /http\S+\/authorize\?\S+(?=\s)/.exec(said) ?? [];
        if (address === undefined) continue;
        said = '';
        await agree(address);
      }
      return (await ended)[0];
    },
    (code) => {
      if (code !== 0) throw new Error(`login ended with exit code ${code}`);
      return 'signed in by the links of the sign-in page; no token in any configuration';
    },
  );
  await page.step(
    'whoami',
    async () => JSON.parse((await run(process.execPath, [SCRIPT, 'whoami', '--host', host, '--json'], { env })).stdout),
    ({ auth, identity }: { auth: { type: string }; identity: { userName: string } }) =>
      `${identity.userName}, by ${auth.type}`,
  );
}

/** Presses the button of the sandbox's sign-in page, and follows the redirect to the waiting program. */
async function agree(address: string): Promise<void> {
  const form = new URLSearchParams(new URL(address).search);
  form.set('decision', 'allow');
  const pressed = await fetch(new URL('/oidc/v1/authorize/decision', address), {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  await fetch(pressed.headers.get('location') ?? address);
}

function describeSandbox({ connection, host }: Sandbox): string {
  return `workspace ${host}, connection ${connection}`;
}

function describeTools(result: { tools: unknown[] }): string {
  const bytes = Buffer.byteLength(JSON.stringify(result));
  return `${result.tools.length} tools, ${bytes.toLocaleString('en')} bytes`;
}

function describeIssues({ totalCount }: Record<string, unknown>): string {
  return `${totalCount} issues in ${REPOSITORY.owner}/${REPOSITORY.repo}`;
}

/** Lines with what was done, what came of it and how long it took; in colour where somebody looks. */
class Page {
  readonly #stream: WriteStream;
  readonly #paint: ReturnType<typeof colourerFor>;

  constructor(stream: WriteStream) {
    this.#stream = stream;
    this.#paint = colourerFor(stream);
  }

  line(text: string, colour?: Colour): void {
    this.#stream.write(`${colour === undefined ? text : this.#paint(text, colour)}\n`);
  }

  async step<T>(name: string, work: () => Promise<T>, describe: (result: T) => string): Promise<T> {
    const startedMs = performance.now();
    const result = await work();
    const tookMs = performance.now() - startedMs;
    const took = this.#paint(`${tookMs.toFixed(1).padStart(7)} ms`, 'dim');
    this.line(`${this.#paint('✓', 'green')} ${name.padEnd(12)} ${took}   ${describe(result)}`);
    return result;
  }
}
