/** Install signs in, finds the connection and checks the way before it writes, by the built program. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BIN } from '../support/bridge.ts';
import { browserHome } from '../support/browser-home.ts';
import { CONNECTION } from '../support/scripted.ts';
import { startSigningIn } from '../support/signing-in.ts';
import { home } from './home.ts';

const DESKTOP = '.config/Claude/claude_desktop_config.json';

/** @returns the address that `uc-mcp-bridge sandbox` prints */
async function sandbox(): Promise<string> {
  const child = spawn(process.execPath, [BIN, 'sandbox'], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill());
  const [line] = await once(child.stdout, 'data');
  return String(line).trim();
}

/** An empty home, with a stand-in for the browser and the user. */
function empty(decision: 'allow' | 'deny' = 'allow') {
  const { opened, env: browser } = browserHome(decision);
  const there = home();
  const env = { BROWSER: browser['BROWSER'] ?? '', STAND_IN_BROWSER: browser['STAND_IN_BROWSER'] ?? '' };
  const install = (more: readonly string[], other: Readonly<Record<string, string>> = {}) =>
    there.run(['install', '--client', 'claude-desktop', '--yes', ...more], {
      env: { ...env, ...other },
      verifies: true,
    });
  return { ...there, install, windows: () => opened().filter(({ address }) => address).length };
}

/** Starts the entry as a client does, and makes one call. */
async function firstCall(command: string, args: readonly string[], folder: string): Promise<string> {
  const child = spawn(command, args, { env: { HOME: folder, PATH: '', BROWSER: 'none' }, stdio: 'pipe' });
  const capabilities = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  for (const message of [
    { id: 1, method: 'initialize', params: capabilities },
    { method: 'notifications/initialized' },
    { id: 2, method: 'tools/call', params: { name: 'get_me', arguments: {} } },
  ]) {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }
  child.stdin.end();
  return text(child.stdout);
}

describe('install on an empty home', () => {
  it('signs in, finds the connection, checks the way and writes, and the first call works (T230)', async () => {
    const host = await sandbox();
    const { files, folder, install, read, windows } = empty();
    const { code, stderr, stdout } = await install(['--host', host]);
    expect({ code, stderr, stdout }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^A browser window opens .*You are signed in to/s),
    });
    expect(stdout).toMatch(/✓ route external-function .*No problems found\..*Written: /s);
    expect(windows()).toBe(1);
    const { args, command } = JSON.parse(read(DESKTOP)).mcpServers.github;
    expect(args.slice(1)).toEqual(['--host', host, '--connection', 'github_sandbox']);
    const stored = Object.entries(files()).find(([file]) => /^\.local\/state\/.*\.json$/.test(file))?.[1] ?? '{}';
    const { access_token: access, refresh_token: refresh } = JSON.parse(stored);
    for (const secret of [access, refresh]) {
      expect(secret).toMatch(/\S{8}/);
      expect([read(DESKTOP), stdout, stderr].join()).not.toContain(secret);
    }
    const answers = await firstCall(command, args, folder);
    expect(answers).toMatch(/"id":2[^\n]*octo-sandbox|octo-sandbox[^\n]*"id":2/);
    expect((await install(['--host', host])).code).toBe(0);
    expect(windows()).toBe(1);
  });

  it('writes nothing if the user refuses the sign-in, or there is no browser, unless told not to verify', async () => {
    const host = await sandbox();
    const to = ['--host', host, '--connection', 'github_sandbox'];
    const { files, install, read } = empty('deny');
    for (const env of [{}, { BROWSER: 'none' }]) {
      const { code, stdout } = await install(to, env);
      expect(code).toBe(77);
      expect(stdout).toMatch(/^Nothing was written, because the check failed: .*--no-verify/m);
      expect(Object.keys(files())).not.toContain(DESKTOP);
    }
    expect((await install([...to, '--no-verify'])).code).toBe(0);
    expect(read(DESKTOP)).toContain('github_sandbox');
  });

  it('writes nothing for a connection that is not there, or without a workspace', async () => {
    const host = await sandbox();
    const { files, install } = empty();
    const missing = await install(['--host', host, '--connection', 'absent']);
    expect(missing).toMatchObject({ code: 1, stdout: expect.stringMatching(/no connection absent.*--no-verify/s) });
    const nowhere = await install(['--connection', 'absent']);
    expect(nowhere.code).not.toBe(0);
    expect(nowhere.stdout).toContain('--no-verify');
    expect(Object.keys(files())).not.toContain(DESKTOP);
  });

  it('names the connections where there are several, and leaves the choice to the user', async () => {
    const connections = { [CONNECTION]: { url: 'http://127.0.0.1:1/' }, other: { url: 'http://127.0.0.1:1/' } };
    const { host } = await startSigningIn({ connections });
    const { code, stdout } = await empty().install(['--host', host]);
    expect({ code, stdout }).toMatchObject({ code: 64, stdout: expect.stringContaining('--connection other') });
  });
});
