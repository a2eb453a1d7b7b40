/** One client, thousands of calls, and a server that keeps losing the session. */

import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { SANDBOX_OWNER, seededStore } from '../../src/sandbox/seed.ts';
import { TOOLS } from '../../src/sandbox/tools/tools.ts';
import { type BridgeProcess, type Received, startBridge, toWorkspace } from '../support/bridge.ts';

const CALLS = 5_000;
const IN_FLIGHT = 32;
const LOSSES = 10;
/** So many answers lie between two losses, and behind the last one. */
const ANSWERS_PER_SESSION = Math.ceil(CALLS / (LOSSES + 1));
/** The mix is the same on every run. What overtakes what is not. */
const SEED = 5_000;

const LIGHTHOUSE = { owner: SANDBOX_OWNER, repo: 'lighthouse' };

test('5,000 mixed calls are answered right and run once each, though the session is lost ten times', async () => {
  // A write takes a moment, so that others overtake it and the session is lost while it is under way.
  const sandbox = await startSandbox({ delayMs: (tool) => (tool === 'issue_write' ? 2 : 0) });
  onTestFinished(() => sandbox.close());
  const { args, env } = toWorkspace(sandbox);
  const bridge = startBridge({ args, env: { ...env, UC_MCP_LOG_LEVEL: 'warn' } });
  await bridge.initialize();
  const client = new Client(bridge);
  const expected = new Expected();

  const mix = fc.sample(fc.record({ ask: fc.constantFrom(...MIX), pick: fc.nat() }), { numRuns: CALLS, seed: SEED });
  let answered = 0;
  async function askOneAfterTheOther(): Promise<void> {
    for (let next = mix.pop(); next !== undefined; next = mix.pop()) {
      const { check, method, params } = next.ask(expected, next.pick);
      check(await client.result(method, params));
      if (++answered % ANSWERS_PER_SESSION === 0) sandbox.forgetSessions();
    }
  }
  const all = Promise.all(Array.from({ length: IN_FLIGHT }, askOneAfterTheOther));
  await Promise.race([all, bridge.exit.then(() => fail(`the bridge ended; it said:\n${bridge.stderr}`))]);

  expect(await allIssues(client)).toEqual(expected.titles);
  expect(sandbox.ledger.snapshot()).toEqual(client.toolCalls);
  expect(new Set(sandbox.sessionIds).size).toBe(LOSSES + 1);
  expect(sandbox.sessionIds).toHaveLength(LOSSES + 1);
  expect(sandbox.endpoint.liveSessions()).toBe(1);

  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  expect(sandbox.endpoint.liveSessions()).toBe(0);
  expect(bridge.lines).toHaveLength(1 + client.requests);
  expect(bridge.stderr).toBe('');
}, 240_000);

type Result = Received['result'];

/** Has many requests under way at a time. The driver's own `call` reads all that came so far for each. */
class Client {
  requests = 0;
  /** How often each tool was called. */
  readonly toolCalls: Record<string, number> = {};
  readonly #bridge: BridgeProcess;
  readonly #waiting = new Map<unknown, (answer: Received) => void>();

  constructor(bridge: BridgeProcess) {
    this.#bridge = bridge;
    createInterface(bridge.child.stdout).on('line', (line) => {
      const answer: Received = JSON.parse(line);
      this.#waiting.get(answer.id)?.(answer);
    });
  }

  async result(method: string, params: Params): Promise<Result> {
    const id = this.requests++;
    if (params.name !== undefined) this.toolCalls[params.name] = (this.toolCalls[params.name] ?? 0) + 1;
    const answer = await new Promise<Received>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#bridge.send({ jsonrpc: '2.0', id, method, params });
    });
    if (answer.error !== undefined) throw new Error(`${method} ${JSON.stringify(params)}: ${answer.error.message}`);
    return answer.result;
  }
}

/** What the store must hold, as far as answers have told. */
class Expected {
  readonly store = seededStore();
  readonly repository = this.store.repository(LIGHTHOUSE.owner, LIGHTHOUSE.repo) ?? fail('no such repository');
  /** The issues that are there, by number. */
  readonly titles = new Map([...this.repository.issues.values()].map(({ number, title }) => [number, title]));
  /** Issues that are there or will be, as far as they have been asked for. */
  requested: number = this.titles.size;
}

interface Call {
  readonly method: string;
  readonly params: Params;
  check(result: Result): void;
}

interface Params {
  /** Of the tool, where one is called. */
  readonly name?: string;
  readonly [member: string]: unknown;
}

/** What a client asks for. Each knows what the answer must be, given what was known when the call was made. */
const MIX: readonly ((expected: Expected, pick: number) => Call)[] = [
  function ping() {
    return { method: 'ping', params: {}, check: (result) => expect(result).toEqual({}) };
  },

  function listTools() {
    const names = TOOLS.map(({ listed }) => listed.name);
    return {
      method: 'tools/list',
      params: {},
      check: ({ tools }) => expect(tools.map((tool: { name: string }) => tool.name)).toEqual(names),
    };
  },

  function readResource({ repository }, pick) {
    const [path, text] = oneOf(repository.files, pick);
    const uri = `repo://${LIGHTHOUSE.owner}/${LIGHTHOUSE.repo}/contents/${path}`;
    return {
      method: 'resources/read',
      params: { uri },
      check: ({ contents }) => expect(contents).toMatchObject([{ uri, text }]),
    };
  },

  function getMe({ store }) {
    return toolCall('get_me', {}, (me) => expect(me).toMatchObject({ login: store.user.login, id: store.user.id }));
  },

  function searchRepositories({ store }) {
    const total_count = store.repositories().length;
    return toolCall('search_repositories', { query: `user:${SANDBOX_OWNER}` }, (found) =>
      expect(found).toMatchObject({ total_count }),
    );
  },

  function getFileContents({ repository }, pick) {
    const [path, text] = oneOf(repository.files, pick);
    return {
      method: 'tools/call',
      params: { name: 'get_file_contents', arguments: { ...LIGHTHOUSE, path } },
      check: ({ content }) => expect(content[1]).toMatchObject({ type: 'resource', resource: { text } }),
    };
  },

  function readIssue({ titles }, pick) {
    const [number, title] = oneOf(titles, pick);
    return toolCall('issue_read', { ...LIGHTHOUSE, method: 'get', issue_number: number }, (issue) =>
      expect(issue).toMatchObject({ number, title }),
    );
  },

  function readMissingIssue() {
    return {
      method: 'tools/call',
      params: { name: 'issue_read', arguments: { ...LIGHTHOUSE, method: 'get', issue_number: 10 * CALLS } },
      check: (result) => expect(result).toMatchObject({ isError: true }),
    };
  },

  function searchIssue({ titles }, pick) {
    const [number, title] = oneOf(titles, pick);
    return toolCall('search_issues', { query: `"${title}"` }, (found) =>
      expect(found).toMatchObject({ total_count: 1, items: [{ number, title }] }),
    );
  },

  function listIssues(expected) {
    const atLeast = expected.titles.size;
    return toolCall('list_issues', { ...LIGHTHOUSE, perPage: 1 }, ({ totalCount }) => {
      expect(totalCount).toBeGreaterThanOrEqual(atLeast);
      expect(totalCount).toBeLessThanOrEqual(expected.requested);
    });
  },

  function writeIssue(expected) {
    const title = `Issue ${++expected.requested} of a long session`;
    return toolCall('issue_write', { ...LIGHTHOUSE, method: 'create', title }, ({ url }) => {
      const number = Number(/\/issues\/(\d+)$/.exec(url)?.[1]);
      expect(expected.titles.get(number)).toBeUndefined();
      expected.titles.set(number, title);
    });
  },
];

/** A call of a tool that answers with JSON in a block of text. */
function toolCall(name: string, args: object, check: (answer: Result) => void): Call {
  return {
    method: 'tools/call',
    params: { name, arguments: args },
    check({ content, isError }) {
      expect(isError).toBeUndefined();
      check(JSON.parse(content[0].text));
    },
  };
}

/** The title of every issue that the store holds, by number. */
async function allIssues(client: Client): Promise<Map<number, string>> {
  const titles = new Map<number, string>();
  for (let after: string | undefined; ; ) {
    const args = { ...LIGHTHOUSE, perPage: 100, after };
    const { content } = await client.result('tools/call', { name: 'list_issues', arguments: args });
    const { issues, pageInfo } = JSON.parse(content[0].text);
    for (const { number, title } of issues) titles.set(number, title);
    if (!pageInfo.hasNextPage) return titles;
    after = pageInfo.endCursor;
  }
}

function oneOf<Key, Value>(map: ReadonlyMap<Key, Value>, pick: number): [Key, Value] {
  return [...map][pick % map.size] ?? fail('nothing to pick from');
}

function fail(message: string): never {
  throw new Error(message);
}
