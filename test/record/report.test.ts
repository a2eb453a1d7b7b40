import { chmodSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { findBrowser } from '../../src/node/browser.ts';
import type { Programs } from '../../src/ports.ts';
import { runBin } from '../support/run-bin.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { HEADER, recordText } from './synthetic.ts';

function written(text: string): string {
  const file = join(temporaryDirectory(), 'record.jsonl');
  writeFileSync(file, text);
  return file;
}

describe('report', () => {
  it('refuses what is no record, and says why', async () => {
    const newer = recordText([{ ...HEADER, formatVersion: 99 } as typeof HEADER]);
    const cases: readonly (readonly [string, RegExp])[] = [
      [written(''), /is empty: nothing has been recorded/],
      [written('my notes\n'), /is no record/],
      [
        written('{"type":"end","exitCode":0,"run":"a","ms":1,"time":"2026-01-01T00:00:00Z"}\n'),
        /does not begin with a header/,
      ],
      [written('null\n[]\n'), /is no record/],
      [written(newer), /newer format \(99\)/],
      [join(temporaryDirectory(), 'missing'), /ENOENT/],
      [temporaryDirectory(), /EISDIR/],
    ];
    for (const [file, reason] of cases) {
      const { code, stderr, stdout } = await runBin({ args: ['report', file] });
      expect(stderr).toMatch(reason);
      expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    }
  });

  it('leaves out lines whose members do not fit, and says how many', async () => {
    const inconsistent = [
      { type: 'message', direction: 'bridge→client', kind: 'answer', id: '1', bytes: 1, outcome: 'odd' },
      { type: 'message', direction: 'client→bridge', kind: 'request', id: '2', method: 'x' },
      {
        type: 'message',
        direction: 'client→bridge',
        kind: 'batch',
        bytes: 1,
        requests: [{ id: '3', method: 'x', tool: 7 }],
      },
      { type: 'attempt', id: '1', outcome: 'done' },
      { type: 'attempt', id: '1', outcome: 'done', tookMs: 1e300 },
      { type: 'attempt', id: '1', outcome: 'done', tookMs: 1, error: { kind: {} } },
      { type: 'wait', id: '1' },
      { type: 'session' },
      { type: 'gap' },
      { type: 'end', exitCode: 0, ms: 1e300 },
      { type: 'header', format: 'uc-mcp-bridge-record', formatVersion: 1, route: {}, connection: [] },
    ];
    const [first = '{}'] = recordText([HEADER]).split('\n');
    const { run, time } = JSON.parse(first);
    const lines = inconsistent.map((entry) => JSON.stringify({ time, run, ms: 1, ...entry }));
    const file = written([first, ...lines, ''].join('\n'));
    expect(await runBin({ args: ['report', file] })).toMatchObject({ code: 0, stderr: '' });
    const audit = await runBin({ args: ['audit', file] });
    expect(audit.code).toBe(0);
    expect(audit.stderr).toContain(`${lines.length} of its lines`);
  });

  it('writes for its owner alone, and over nothing but a page of its own (T194, T243)', async () => {
    const record = written(recordText([HEADER]));
    const folder = temporaryDirectory();
    const [mine, link, page] = ['mine.html', 'link.html', 'page.html'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(mine, '<!doctype html>mine');
    symlinkSync(join(folder, 'elsewhere'), link);
    expect(await runBin({ args: ['report', record, '--output', mine] })).toMatchObject({ code: 78 });
    expect(await runBin({ args: ['report', record, '--output', link] })).toMatchObject({ code: 78 });
    for (let i = 0; i < 2; i++)
      expect(await runBin({ args: ['report', record, '--output', page] })).toMatchObject({ code: 0 });
    expect(statSync(page).mode & 0o777).toBe(0o600);
    const { stdout } = await runBin({ args: ['report', record] });
    expect(stdout).toContain(record.replace('.jsonl', '.html'));
  });

  it('opens the page with --open in the browser of the user, which gets no secret', async () => {
    const folder = temporaryDirectory();
    const [browser, seen] = [join(folder, 'browser'), join(folder, 'seen.json')];
    writeFileSync(
      browser,
      `#!${process.execPath}\nconst { renameSync, writeFileSync } = require('node:fs');\n` +
        `writeFileSync('${seen}.part', JSON.stringify({ args: process.argv.slice(2), env: process.env }));\n` +
        `renameSync('${seen}.part', '${seen}');\n`,
    );
    chmodSync(browser, 0o755);
    const record = written(recordText([HEADER]));
    const env = { BROWSER: browser, DATABRICKS_TOKEN: 'dapi-canary-0123456789', OTHER: 'canary' };
    const { code, stdout } = await runBin({ args: ['report', record, '--open'], env });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/Opened in your browser\.\n$/) });
    await vi.waitFor(() => expect(existsSync(seen)).toBe(true), { timeout: 5_000 });
    const { args, env: passed } = JSON.parse(readFileSync(seen, 'utf8'));
    expect(args).toEqual([expect.stringMatching(/^file:\/\/\/.*record\.html$/)]);
    expect(JSON.stringify(passed)).not.toContain('canary');
  });

  it('says so if there is no browser to open', async () => {
    const record = written(recordText([HEADER]));
    const { code, stderr, stdout } = await runBin({ args: ['report', record, '--open'], env: { BROWSER: 'none' } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'No browser could be started.\n' });
    expect(stdout).toMatch(/Open it in a browser\./);
  });

  it.each([
    ['linux', { DISPLAY: ':0' }, '/usr/bin/xdg-open', ['file:///page']],
    ['linux', { BROWSER: 'missing:firefox' }, '/usr/bin/firefox', ['file:///page']],
    ['darwin', {}, '/usr/bin/open', ['file:///page']],
    ['win32', {}, 'C:\\Windows\\rundll32.exe', ['url.dll,FileProtocolHandler', 'file:///page']],
    ['linux', { BROWSER: 'none', DISPLAY: ':0' }, undefined, []],
    ['linux', {}, undefined, []],
  ] as const)('on %s with %j it is opened by %s', async (platform, env, file, args) => {
    const found: Readonly<Record<string, string>> = {
      'xdg-open': '/usr/bin/xdg-open',
      firefox: '/usr/bin/firefox',
      '/usr/bin/open': '/usr/bin/open',
      rundll32: 'C:\\Windows\\rundll32.exe',
    };
    const started: unknown[] = [];
    const programs: Programs = {
      find: (name) => found[name],
      start: async (program, given) => started.push([program, given]) > 0,
      run: () => Promise.reject(new Error('no program is run here')),
    };
    const isOpened = await findBrowser({ env, platform, programs })?.open('file:///page');
    expect(isOpened).toBe(file === undefined ? undefined : true);
    expect(started).toEqual(file === undefined ? [] : [[file, args]]);
  });
});
