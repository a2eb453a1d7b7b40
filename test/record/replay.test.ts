import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { startBridge, toWorkspace } from '../support/bridge.ts';
import { runBin } from '../support/run-bin.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { REPOSITORY } from './eventful.ts';

const READ = { name: 'list_issues', arguments: REPOSITORY };
const WRITE = { name: 'issue_write', arguments: { ...REPOSITORY, method: 'create', title: 'Written' } };
const BODIES = '--record-bodies';

interface Recorded {
  readonly file: string;
  /** Writes the record again with one text in place of another. */
  change(from: string, to: string): void;
}

/** Records what a client asks a sandbox of its own. */
async function record(
  calls: readonly (readonly [method: string, params?: object])[],
  args = [BODIES],
): Promise<Recorded> {
  const file = join(temporaryDirectory(), 'record.jsonl');
  const bridge = startBridge({ args: ['--sandbox', '--record', file, ...args] });
  await bridge.initialize();
  await Promise.all(calls.map(([method, params], id) => bridge.call(id, method, params)));
  await bridge.finish();
  return {
    file,
    change(from, to) {
      const text = readFileSync(file, 'utf8');
      expect(text).toContain(from);
      writeFileSync(file, text.replace(from, to));
    },
  };
}

/** A sandbox that a replay leads to, with a ledger to look at. */
async function target() {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const { args, env } = toWorkspace(sandbox);
  return {
    sandbox,
    replay: (file: string, ...more: string[]) => runBin({ args: ['replay', file, ...args, ...more], env }),
  };
}

describe('replay', () => {
  it('sends the client side again and finds the same answers', async () => {
    const { file } = await record([['tools/list'], ['tools/call', READ], ['tools/call', { name: 'get_me' }], ['ping']]);
    const { replay, sandbox } = await target();
    const { code, stderr, stdout } = await replay(file);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/run of github_sandbox through external-function\n/);
    expect(stdout).toMatch(/same +initialize, id "init"\n/);
    expect(stdout).toMatch(/\n5 the same, 0 different, 0 not sent\n$/);
    expect(sandbox.ledger.snapshot()).toEqual({ list_issues: 1, get_me: 1 });
    expect(sandbox.endpoint.liveSessions()).toBe(0);
    expect(await runBin({ args: ['replay', file, '--sandbox'] })).toMatchObject({ code: 0 });
  });

  it('prints many lines without a warning of Node', async () => {
    const { file } = await record(Array.from({ length: 15 }, () => ['ping'] as const));
    const { replay } = await target();
    expect(await replay(file)).toMatchObject({ code: 0, stderr: '' });
  });

  it('sends what may write only when it is told to', async () => {
    const { file } = await record([['tools/call', WRITE], ['tools/call', READ], ['x/unknown']]);
    const { replay, sandbox } = await target();
    const careful = await replay(file);
    expect(careful.stdout).toMatch(
      /not sent +tools\/call "issue_write", id 0\n +it may change something: --allow-writes/,
    );
    expect(careful.stdout).toMatch(/not sent +x\/unknown, id 2\n/);
    expect(sandbox.ledger.snapshot()).not.toHaveProperty('issue_write');
    const bold = await replay(file, '--allow-writes');
    expect(bold.stdout).not.toContain('not sent ');
    expect(sandbox.ledger.count('issue_write')).toBe(1);
  });

  it('says what differs, and fails', async () => {
    const changed = await record([
      ['tools/call', READ],
      ['tools/call', { name: 'get_me' }],
    ]);
    changed.change('Typo in the deployment guide', 'Typo elsewhere');
    const { replay } = await target();
    const { code, stdout } = await replay(changed.file);
    expect(code).toBe(1);
    expect(stdout).toMatch(/differs +tools\/call "list_issues", id 0\n/);
    expect(stdout).toContain(
      'result.content[0].text:.issues[0].title: "Typo elsewhere", now "Typo in the deployment guide"',
    );
    expect(stdout).toMatch(/2 the same, 1 different, 0 not sent/);

    const refused = await record([['tools/call', { name: 'get_me' }]]);
    refused.change('"name\\":\\"get_me\\"', '"name\\":\\"list_nothing\\"');
    expect(await replay(refused.file, '--allow-writes')).toMatchObject({ code: 1 });
  });

  it('speaks the modern revision as it was spoken', async () => {
    const file = join(temporaryDirectory(), 'record.jsonl');
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const bridge = startBridge({ args: ['--sandbox', '--record', file, BODIES] });
    await bridge.call(1, 'tools/list', { _meta });
    await bridge.call(2, 'tools/call', { name: 'get_me', arguments: {}, _meta });
    await bridge.finish();
    const { replay } = await target();
    const { code, stdout } = await replay(file, '--allow-writes');
    expect(stdout).toMatch(/2 the same, 0 different, 0 not sent/);
    expect(code).toBe(0);
  });

  it('needs messages in the record, a record at all, and somewhere to go', async () => {
    const { file } = await record([['ping']], []);
    const { replay } = await target();
    const silent = await replay(file);
    expect(silent.stderr).toMatch(/holds no messages.*--record-bodies/);
    expect(silent.code).toBe(78);
    expect(await replay(join(temporaryDirectory(), 'missing'))).toMatchObject({ code: 78 });
    expect(await runBin({ args: ['replay', file] })).toMatchObject({ code: 64 });
  });

  it('tells of a workspace that cannot be reached as a difference', async () => {
    const { file } = await record([['ping']]);
    const env = { DATABRICKS_HOST: 'http://127.0.0.1:9', DATABRICKS_TOKEN: 'dapi-canary-0123456789abcdef' };
    const { code, stderr, stdout } = await runBin({ args: ['replay', file, '--connection', 'c'], env });
    expect(stdout).toMatch(/differs +initialize/);
    expect(stdout + stderr).not.toContain('canary');
    expect(code).toBe(1);
  });
});
