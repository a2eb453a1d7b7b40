import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/node/clock.ts';
import { FORMAT } from '../../src/record/entry.ts';
import { openRecordFile } from '../../src/record/file.ts';
import { openSink } from '../../src/record/sink.ts';
import { entryWriter } from '../../src/record/writer.ts';
import { BIN, bareEnv } from '../support/bridge.ts';
import { runBin } from '../support/run-bin.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { entriesOf, recorded, SPOKEN, startRecording } from './eventful.ts';

describe('a record', () => {
  it('tells what was said, what was tried and what became of it', async () => {
    const { file, sandbox } = await recorded();
    const entries = entriesOf(file);
    const [header, identity] = entries;
    expect(header).toMatchObject({
      type: 'header',
      format: FORMAT,
      formatVersion: 1,
      route: 'external-function',
      connection: sandbox.connection,
      host: sandbox.host,
      userAgent: expect.stringMatching(/^uc-mcp-bridge\/\d/),
      bodies: false,
    });
    expect(identity).toMatchObject({ type: 'identity', host: sandbox.host, auth: 'pat' });
    expect(entries.at(-1)).toMatchObject({ type: 'end', exitCode: 0 });
    expect(new Set(entries.map(({ run }) => run)).size).toBe(1);
    for (const { ms, time } of entries) {
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(new Date(time).toISOString()).toBe(time);
    }

    const messages = entries.filter((entry) => entry.type === 'message');
    const asked = messages.filter(({ direction, kind }) => direction === 'client→bridge' && kind === 'request');
    expect(asked.map(({ id, method, tool }) => [id, method, tool])).toEqual([
      ['"init"', 'initialize', undefined],
      ['1', 'tools/list', undefined],
      ['2', 'tools/call', 'get_me'],
      ['"slow"', 'tools/call', 'list_issues'],
      ['4', 'tools/call', 'search_issues'],
      ['5', 'tools/call', 'issue_read'],
      ['6', 'tools/call', 'issue_write'],
    ]);
    const answered = messages.filter(({ direction, kind }) => direction === 'bridge→client' && kind === 'answer');
    expect(answered.map(({ id, outcome, error }) => [id, outcome, error?.kind])).toEqual([
      ['"init"', 'ok', undefined],
      ['1', 'ok', undefined],
      ['2', 'ok', undefined],
      ['"slow"', 'ok', undefined],
      ['4', 'ok', undefined],
      ['5', 'tool-error', 'tool'],
      ['6', 'error', 'outcomeUnknown'],
    ]);
    const slowest = answered.toSorted((a, b) => Number(b.tookMs) - Number(a.tookMs))[0];
    expect(slowest).toMatchObject({ id: '"slow"', tool: 'list_issues', method: 'tools/call' });
    expect(slowest?.bytes).toBeGreaterThan(100);

    const attempts = entries.filter((entry) => entry.type === 'attempt');
    const of = (id: string) => attempts.filter((attempt) => attempt.id === id);
    expect(of('1').map(({ attempt, status, outcome, error }) => [attempt, status, outcome, error?.kind])).toEqual([
      [1, 503, 'unavailable', 'upstreamHttp'],
      [2, 200, 'done', undefined],
    ]);
    expect(of('4').map(({ session, status, outcome }) => [session, status, outcome])).toEqual([
      [1, 404, 'session-gone'],
      [2, 200, 'done'],
    ]);
    expect(of('6')).toMatchObject([{ outcome: 'broken', error: { kind: 'outcomeUnknown' } }]);
    expect(of('2')).toMatchObject([
      {
        requestId: expect.stringMatching(/^[\w-]{36}$/),
        receivedBytes: expect.any(Number),
        sentBytes: expect.any(Number),
      },
    ]);
    const waits = entries.filter((entry) => entry.type === 'wait');
    expect(waits).toMatchObject([{ id: '1', method: 'tools/list', waitMs: expect.any(Number) }]);
    const sessions = entries.filter((entry) => entry.type === 'session');
    expect(sessions.map(({ event, generation }) => [event, generation])).toEqual([
      ['opened', 1],
      ['lost', 1],
      ['reopened', 2],
      ['ended', 2],
    ]);
  });

  it('holds no message and no secret, unless it is told to hold messages, and then no secret (T160, T166)', async () => {
    const silent = await recorded();
    expect(readFileSync(silent.file, 'utf8')).not.toContain(SPOKEN);

    const { bridge, file, sandbox } = await startRecording([
      '--record-bodies',
      '--header',
      'X-Extra: extra-canary-27182818',
    ]);
    await bridge.initialize();
    const said = `${sandbox.token} ${sandbox.sessionIds.at(-1)} extra-canary-27182818 ${SPOKEN}`;
    await bridge.call(1, 'tools/call', { name: 'search_issues', arguments: { query: said } });
    await bridge.call(sandbox.token, `tools/${sandbox.token}`);
    await bridge.finish();
    const written = readFileSync(file, 'utf8');
    expect(written).toContain(SPOKEN);
    for (const secret of [sandbox.token, ...sandbox.sessionIds, 'extra-canary-27182818']) {
      expect(written).not.toContain(secret);
      expect(written).not.toContain(Buffer.from(secret).toString('base64').replace(/=+$/, ''));
    }
    const bodies = entriesOf(file).flatMap((entry) => (entry.type === 'message' ? [entry.body ?? ''] : []));
    expect(bodies.length).toBeGreaterThan(4);
    for (const body of bodies) expect(JSON.parse(body)).toHaveProperty('jsonrpc', '2.0');
  });

  it('is complete when the bridge is told to stop, with what it was doing', async () => {
    const recording = await startRecording();
    const { bridge, file } = recording;
    await bridge.initialize();
    bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_issues', arguments: {} } });
    await bridge.call(2, 'ping');
    bridge.child.kill('SIGTERM');
    expect(await bridge.exit).toEqual({ code: 143, signal: null });
    const entries = entriesOf(file);
    expect(entries.at(-1)).toMatchObject({ type: 'end', exitCode: 143 });
    expect(entries).toContainEqual(
      expect.objectContaining({
        type: 'message',
        id: '1',
        outcome: 'error',
        error: expect.objectContaining({ kind: 'shutdown' }),
      }),
    );
  });

  it('goes on in the same file at the next start, even behind half a line', async () => {
    const { bridge, file } = await startRecording();
    await bridge.initialize();
    await bridge.finish();
    const first = readFileSync(file, 'utf8');
    writeFileSync(file, `${first}{"time":"20`);
    const second = await startRecording([], file);
    await second.bridge.initialize();
    await second.bridge.finish();
    const both = readFileSync(file, 'utf8');
    expect(both.startsWith(`${first}{"time":"20\n{`)).toBe(true);
    expect(both.match(/"type":"header"/g)).toHaveLength(2);
    expect(new Set(both.match(/"run":"\w+"/g)).size).toBe(2);
  });
});

describe('the file of a record', () => {
  const START = ['--sandbox', '--record'];

  it('is for its owner alone, new or not (T194)', async () => {
    const { bridge, file } = await startRecording();
    await bridge.initialize();
    await bridge.finish();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o644);
    expect(await runBin({ args: [...START, file], stdin: { text: '' } })).toMatchObject({ code: 0 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('refuses a link, a folder and any file that is not a record (T194, T243)', async () => {
    const folder = temporaryDirectory();
    const [notes, link, pipe] = ['notes', 'link', 'pipe'].map((name) => join(folder, name)) as [string, string, string];
    writeFileSync(notes, 'my notes\n', { mode: 0o644 });
    symlinkSync(notes, link);
    mkdirSync(pipe);
    const reasons: readonly (readonly [string, RegExp])[] = [
      [notes, /there already, and holds something else/],
      [link, /symbolic link/],
      [pipe, /EISDIR/],
      [join(folder, 'missing', 'record'), /ENOENT/],
    ];
    for (const [file, reason] of reasons) {
      const { code, stderr, stdout } = await runBin({ args: [...START, file], stdin: { text: '' } });
      expect(stderr).toMatch(reason);
      expect(stderr).toContain(`--record ${file} cannot be written to`);
      expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    }
    expect(readFileSync(notes, 'utf8')).toBe('my notes\n');
    expect(statSync(notes).mode & 0o777).toBe(0o644);
  });

  it('may take no more: the bridge says so once, and goes on', async () => {
    const file = join(temporaryDirectory(), 'record.jsonl');
    // The shell's limit for the size of a file stands for a full disk; the signal that goes with it is ignored.
    const limited = ['-c', 'trap "" XFSZ; ulimit -f 4; exec "$@"', 'sh', process.execPath, BIN];
    const child = spawn('sh', [...limited, '--sandbox', '--record', file], { env: bareEnv(), timeout: 20_000 });
    const [answers, log] = [text(child.stdout), text(child.stderr)];
    const pings = Array.from({ length: 40 }, (_, id) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}\n`);
    child.stdin.end(pings.join(''));
    const [code] = await once(child, 'close');
    expect((await answers).trimEnd().split('\n')).toHaveLength(40);
    expect((await log).match(/the record cannot be written/g)).toHaveLength(1);
    expect(code).toBe(0);
    expect(statSync(file).size).toBeLessThanOrEqual(4 * 1024);
  });

  it('may be slow: what it does not take in time is counted and left out', async () => {
    const file = join(temporaryDirectory(), 'record.jsonl');
    const failures: Error[] = [];
    const sink = openSink(openRecordFile(file).fd, (error) => failures.push(error));
    const writer = entryWriter(sink, systemClock, (text) => text);
    const body = 'x'.repeat(6 * 1024 * 1024);
    const message = { type: 'message', direction: 'client→bridge', kind: 'request', id: '1', bytes: 1, body } as const;
    // All in one turn, in which nothing can be written.
    for (let i = 0; i < 8; i++) writer.write(message);
    while (statSync(file).size < 5 * body.length) await setImmediate();
    await setImmediate();
    writer.write({ type: 'end', exitCode: 0 });
    await sink.close();
    expect(entriesOf(file).map(({ type }) => type)).toEqual([...Array(5).fill('message'), 'gap', 'end']);
    expect(entriesOf(file)).toContainEqual(expect.objectContaining({ type: 'gap', lines: 3 }));
    expect(failures).toEqual([]);
  });
});
