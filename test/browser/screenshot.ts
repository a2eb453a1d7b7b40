/**
 * `npm run screenshot`: lets an agent's day with the sandbox be recorded, in which not everything goes well, and takes the
 * picture of its report that stands in the README.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { openBrowser } from './open-browser.ts';

const PICTURE = resolve('packaging/report.png');
const SIZE = { width: 1280, height: 1105 };
const REPOSITORY = { owner: 'octo-sandbox', repo: 'lighthouse' };
/** How long each tool takes, in milliseconds. */
const TAKES: Readonly<Record<string, number>> = {
  get_me: 40,
  list_issues: 240,
  issue_read: 130,
  search_repositories: 520,
  search_issues: 380,
  get_file_contents: 90,
  list_pull_requests: 210,
  add_issue_comment: 170,
};

type Call = readonly [tool: string, args: object];

const read = (issue_number: number): Call => ['issue_read', { ...REPOSITORY, method: 'get', issue_number }];
const file = (path: string): Call => ['get_file_contents', { ...REPOSITORY, path }];

/** What the agent asks for, several things at a time. */
const STEPS: readonly (readonly Call[])[] = [
  [['get_me', {}]],
  [['list_issues', REPOSITORY]],
  [read(1), read(2), read(3)],
  [['search_repositories', { query: 'lamp' }], file('README.md'), file('docs/deploy.md')],
  [
    ['search_issues', { query: 'fog' }],
    ['list_pull_requests', REPOSITORY],
  ],
  [read(2), read(99_999)],
  [file('README.md'), ['search_issues', { query: 'lamp' }], read(1)],
  [['add_issue_comment', { ...REPOSITORY, issue_number: 2, body: 'Seen again.' }]],
  [['list_issues', REPOSITORY], file('docs/deploy.md')],
];
/** Step before which the server forgets its sessions, and step in which the workspace is busy for a moment. */
const FORGETS = 5;
const BUSY = 4;

const folder = await mkdtemp(join(tmpdir(), 'uc-mcp-bridge-screenshot-'));
let busy = false;
const sandbox = await startSandbox({
  delayMs: (tool) => (TAKES[tool] ?? 100) * (0.7 + Math.random() * 0.6),
  onCall: ({ text = '' }) => {
    if (!busy || !text.includes('"tools/list"')) return undefined;
    busy = false;
    return {
      status: 503,
      headers: { 'retry-after': '1' },
      body: '{"error_code":"TEMPORARILY_UNAVAILABLE","message":"Busy."}',
    };
  },
});
try {
  const record = join(folder, 'record.jsonl');
  await live(record);
  const output = join(folder, 'report.html');
  await run(['report', record, '--output', output]);
  await take(output);
  const { size } = await stat(PICTURE);
  process.stdout.write(`${PICTURE}: ${size} bytes\n`);
} finally {
  await sandbox.close();
  await rm(folder, { recursive: true });
}

async function live(record: string): Promise<void> {
  const bridge = spawn(process.execPath, ['dist/main.js', '--connection', sandbox.connection, '--record', record], {
    env: {
      HOME: '/nonexistent',
      DATABRICKS_HOST: sandbox.host,
      DATABRICKS_TOKEN: sandbox.token,
      UC_MCP_LOG_LEVEL: 'silent',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, () => void>();
  createInterface(bridge.stdout).on('line', (line) => waiting.get(JSON.parse(line).id)?.());
  let id = 0;
  const ask = (method: string, params: object) =>
    new Promise<void>((settle) => {
      waiting.set(++id, settle);
      bridge.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
  await ask('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'agent', version: '1' },
  });
  bridge.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  await ask('tools/list', {});
  for (const [index, calls] of STEPS.entries()) {
    if (index === FORGETS) sandbox.forgetSessions();
    busy = index === BUSY;
    const all = calls.map(([name, args]) => ask('tools/call', { name, arguments: args }));
    if (busy) all.push(ask('tools/list', {}));
    await Promise.all(all);
  }
  bridge.stdin.end();
  await once(bridge, 'close');
}

async function run(args: readonly string[]): Promise<void> {
  const [code] = await once(spawn(process.execPath, ['dist/main.js', ...args], { stdio: 'inherit' }), 'close');
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}`);
}

async function take(html: string): Promise<void> {
  const colorScheme = process.argv[2] === 'dark' ? 'dark' : 'light';
  const browser = await openBrowser({ viewport: SIZE, colorScheme });
  try {
    const page = await browser.context.newPage();
    await page.goto(pathToFileURL(html).href);
    await page.waitForSelector('html[data-ready]');
    await page.screenshot({ path: PICTURE });
  } finally {
    await browser.close();
  }
}
