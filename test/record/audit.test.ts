import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { BIN, bareEnv } from '../support/bridge.ts';
import { runBin } from '../support/run-bin.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { recorded, SPOKEN } from './eventful.ts';
import { callAt, HEADER, recordText } from './synthetic.ts';

function written(text: string): string {
  const file = join(temporaryDirectory(), 'record.jsonl');
  writeFileSync(file, text);
  return file;
}

it('the audit of a run says who called what, through which connection, and what came of it, without arguments', async () => {
  const { file, sandbox } = await recorded(['--record-bodies']);
  const { code, stderr, stdout } = await runBin({ args: ['audit', file, '--format', 'json'] });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).not.toContain(SPOKEN);
  const lines: Record<string, unknown>[] = JSON.parse(stdout);
  expect(lines.map(({ tool, method, outcome, error, attempts }) => [tool || method, outcome, error, attempts])).toEqual(
    [
      ['initialize', 'ok', '', 1],
      ['tools/list', 'ok', '', 2],
      ['get_me', 'ok', '', 1],
      ['list_issues', 'ok', '', 1],
      ['search_issues', 'ok', '', 2],
      ['issue_read', 'tool-error', 'tool', 1],
      ['issue_write', 'error', 'outcomeUnknown', 1],
    ],
  );
  for (const line of lines) {
    expect(line).toMatchObject({
      who: 'octo@sandbox.example',
      host: sandbox.host,
      connection: sandbox.connection,
      route: 'external-function',
    });
    expect(line['ms']).toBeGreaterThan(0);
  }
  expect(lines[2]).toMatchObject({ requestId: expect.stringMatching(/^[\w-]{36}$/), session: 1 });
  expect(lines[4]).toMatchObject({ session: 2 });
});

it('as CSV it can be opened by any program, and runs nothing there, whatever it splits at (T254)', async () => {
  const names = [
    '=HYPERLINK("http://x")',
    '+1',
    '-1',
    '@SUM(A1)',
    'a,"b"',
    ' =1',
    'plain',
    '\u001b[2J\u202e',
    "it's",
    'x;=1+1',
  ];
  const calls = names.flatMap((tool, index) => callAt(10 * index, index, tool, 5.5));
  const who = {
    ms: 1,
    type: 'identity',
    host: 'https://h',
    auth: 'pat',
    profile: 'work',
    user: 'me@example.com',
  } as const;
  const file = written(recordText([HEADER, who, ...calls]));
  const { code, stdout } = await runBin({ args: ['audit', file] });
  expect(code).toBe(0);
  const [head, ...rows] = stdout.split('\r\n');
  expect(head).toBe(
    'time,who,host,profile,connection,route,method,tool,outcome,error,ms,askedBytes,answeredBytes,attempts,requestId,session',
  );
  const row = (index: number, tool: string) => {
    const time = `2026-11-25T09:00:00.${String(10 * index).padStart(3, '0')}Z`;
    return `${time},me@example.com,https://h,work,github,external-function,tools/call,${tool},ok,,5.5,120,900,1,req-${index},1`;
  };
  expect(rows).toEqual([
    row(0, '"\'=HYPERLINK(""http://x"")"'),
    row(1, "'+1"),
    row(2, "'-1"),
    row(3, "'@SUM(A1)"),
    row(4, '"a,""b"""'),
    row(5, "' =1"),
    row(6, 'plain'),
    row(7, '\\u001b[2J\\u202e'),
    row(8, "it's"),
    row(9, '"x;\'=1+1"'),
    '',
  ]);
});

it('an audit of what is no record, or not all of one, says so', async () => {
  const { code, stderr, stdout } = await runBin({ args: ['audit', written('no record')] });
  expect(stderr).toMatch(/is no record/);
  expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
  const gap = { ms: 20, type: 'gap', lines: 2 } as const;
  const part = await runBin({ args: ['audit', written(`${recordText([HEADER, gap])}{"half`), '--format', 'json'] });
  expect(part).toMatchObject({
    code: 0,
    stdout: '[]\n',
    stderr: expect.stringMatching(/not complete: 3 of its lines/),
  });
});

it('lists only the calls since a date, or since so long ago', async () => {
  const calls = [0, 60_000, 120_000].flatMap((ms, index) => callAt(ms + 10, index, `tool_${index}`, 5));
  const file = written(recordText([HEADER, ...calls]));
  const toolsSince = async (since: string) => {
    const { code, stdout } = await runBin({ args: ['audit', file, '--format', 'json', '--since', since] });
    expect(code).toBe(0);
    return JSON.parse(stdout).map(({ tool }: { tool: string }) => tool);
  };
  expect(await toolsSince('2026-11-25')).toEqual(['tool_0', 'tool_1', 'tool_2']);
  expect(await toolsSince('2026-11-25T09:01Z')).toEqual(['tool_1', 'tool_2']);
  expect(await toolsSince('2026-11-25T11:02:00+02:00')).toEqual(['tool_2']);
  expect(await toolsSince('2026-11-26')).toEqual([]);
  const minutes = (ms: number) => `${Math.ceil((Date.now() - Date.UTC(2026, 10, 25, 9) - ms) / 60_000)}m`;
  expect(await toolsSince(minutes(90_000))).toContain('tool_2');
  expect(await toolsSince('999999w')).toHaveLength(3);
  for (const wrong of ['yesterday', '7', '2026-13-01', '2h30m', '-1d']) {
    const { code, stderr } = await runBin({ args: ['audit', file, `--since=${wrong}`] });
    expect(code).toBe(64);
    expect(stderr).toMatch(/ISO date .*30m, 2h, 7d/);
  }
});

it('is a table on a terminal, cut to its width and without what a terminal acts on, and CSV in a pipe', async () => {
  const error = { kind: 'policy', code: -32600, message: 'excluded' } as const;
  const calls = [
    ...callAt(10, 1, 'get_me', 5.5),
    ...callAt(20, 2, 'evil\u001b[2J', 7, { outcome: 'error', error }),
    ...callAt(30, 3, `${'long_'.repeat(40)}name`, 7),
  ];
  const file = written(recordText([HEADER, ...calls]));
  const line = `stty cols 80; '${process.execPath}' '${BIN}' audit '${file}'`;
  const terminal = spawn('script', ['-qec', line, '/dev/null'], { env: bareEnv({}), timeout: 10_000 });
  const shown = (await text(terminal.stdout)).replaceAll('\r', '').trimEnd().split('\n');
  expect(shown).toHaveLength(4);
  expect(shown[0]).toMatch(/^time +call /);
  expect(shown[1]).toMatch(/^2026-11-25 09:00:00Z {2}get_me /);
  expect(shown[2]).toContain('evil\\u001b[2J');
  for (const row of shown) expect(row.length).toBeLessThanOrEqual(80);
  const piped = await runBin({ args: ['audit', file] });
  expect(piped.stdout).toMatch(/^time,who,host/);
  const asTable = await runBin({ args: ['audit', file, '--format', 'table'] });
  expect(asTable.stdout).toMatch(/evil\\u001b\[2J +error \(policy\) +7\.0 +1 {2}github/);
});
