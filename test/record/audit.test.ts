import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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
