import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bareAddress, excerpt } from '../../src/protocol/excerpt.ts';
import { errorText, Problem } from '../../src/protocol/problem.ts';
import { Secrets } from '../../src/protocol/secrets.ts';

describe('errorText', () => {
  it('has the shape of every error that the bridge makes', () => {
    const problem = new Problem('upstreamHttp', 'It failed.', {
      outcome: 'rejected',
      httpStatus: 404,
      attempts: 1,
      hint: 'Try.',
    });
    expect(JSON.parse(errorText('"a"', problem))).toEqual({
      jsonrpc: '2.0',
      id: 'a',
      error: {
        code: -32603,
        message: 'It failed. Try.',
        data: {
          source: 'uc-mcp-bridge',
          kind: 'upstreamHttp',
          sent: true,
          outcome: 'rejected',
          httpStatus: 404,
          attempts: 1,
          hint: 'Try.',
        },
      },
    });
  });

  it('leaves the id out where there is none, since clients refuse null (T008)', () => {
    const text = errorText(undefined, new Problem('badMessage', 'No.', { rpc: -32700 }));
    expect(text).not.toContain('"id"');
    expect(JSON.parse(text).error.code).toBe(-32700);
  });

  it('writes the id as the client did', () => {
    expect(errorText('9007199254740993', new Problem('internal', 'x'))).toContain('"id":9007199254740993,');
  });

  it('asks the client to open a page, in the form of 2025-11-25, only where there is one and the client does that', () => {
    const url = 'https://ws.example/explore/connections/c';
    const due = new Problem('connectionLogin', 'You are not logged in', { url, hint: 'Open it.' });
    expect(JSON.parse(errorText('1', due, 'login-1')).error).toMatchObject({
      code: -32042,
      message: 'You are not logged in. Open it.',
      data: { url, elicitations: [{ mode: 'url', elicitationId: 'login-1', url, message: 'You are not logged in.' }] },
    });
    for (const text of [errorText('1', due), errorText('1', new Problem('auth', 'No.'), 'login-1')]) {
      expect(JSON.parse(text).error.code).toBe(-32603);
      expect(text).not.toContain('elicitations');
    }
  });

  it('begins with OUTCOME UNKNOWN where a call may have had effects, and never asks for a repeat (T201)', () => {
    const problem = new Problem('outcomeUnknown', 'The line broke.', { outcome: 'unknown' });
    const effects = JSON.parse(errorText('1', problem.withOutcomeUnknown(false))).error;
    expect(effects.message).toMatch(/^OUTCOME UNKNOWN: .*Do not repeat it; check first/);
    expect(effects.data).toMatchObject({ outcome: 'unknown', sent: true });
    expect(problem.withOutcomeUnknown(true).message).toBe('The line broke. Repeating the call is harmless.');
  });
});

describe('excerpt', () => {
  it.each([
    ['<html><head><title>502 Bad Gateway</title></head><body>x</body></html>', '502 Bad Gateway'],
    ['<pre>Error 403 Invalid access token.</pre>', 'Error 403 Invalid access token.'],
    ['  two\r\n lines ', 'two lines'],
    ['\u001b[2Jcleared\u202e', '[2Jcleared'],
  ])('of %j is %j (T100, T165)', (text, expected) => {
    expect(excerpt(text)).toBe(expected);
  });

  it('is short, whatever the text, and takes no time for a long one (T192)', () => {
    const started = performance.now();
    for (const long of ['<'.repeat(1e7), 'x'.repeat(1e7), `<${' '.repeat(1e7)}`]) {
      expect(excerpt(long).length).toBeLessThanOrEqual(240);
    }
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('bareAddress', () => {
  it.each([
    ['/mcp/', '/mcp/'],
    ['https://me:canary@host.example/mcp?key=canary', 'https://host.example/mcp?…'],
    ['//me@host.example/x#canary', '//host.example/x#…'],
    ['https://host.example/mcp;jsessionid=canary', 'https://host.example/mcp;…'],
    ['https://host.example/a@b', 'https://host.example/a@b'],
    ['data:,x\u001b[2J', 'data:,x [2J'],
  ])('of %j is %j (T213)', (location, expected) => {
    expect(bareAddress(location)).toBe(expected);
  });
});

describe('Secrets', () => {
  it('takes a secret out in each of its forms (T163)', () => {
    const secrets = new Secrets();
    const secret = 'dapi/"canary"+0123456789';
    secrets.add(secret);
    const base64 = Buffer.from(secret).toString('base64');
    for (const form of [
      secret,
      base64,
      base64.replaceAll('+', '-'),
      encodeURIComponent(secret),
      JSON.stringify(secret),
    ]) {
      expect(secrets.scrub(`before ${form} after`)).not.toMatch(/canary|ImNhbmFyeS/);
      expect(secrets.scrub(`before ${form} after`)).toMatch(/^before .*\[redacted\].* after$/);
    }
  });

  const TOKEN = 'dapi3f9A0c7E5b1D8e2F4a6';
  const scrubbed = (text: string) => {
    const secrets = new Secrets();
    secrets.add(TOKEN);
    return secrets.scrub(text);
  };

  it('takes out pieces of eight characters and more, wherever they were cut (T163)', () => {
    for (let start = 0; start < TOKEN.length; start++) {
      for (let end = start + 8; end <= TOKEN.length; end++) {
        expect(scrubbed(`cut: "${TOKEN.slice(start, end)}"`)).toBe('cut: "[redacted]"');
      }
    }
    expect(scrubbed(`cut: ${TOKEN.slice(0, 7)}`)).toBe(`cut: ${TOKEN.slice(0, 7)}`);
  });

  it.each([0, 1, 2, 3, 7])('knows it in base64 behind %i other characters (T163)', (before) => {
    const encoded = Buffer.from(`${'x'.repeat(before)}${TOKEN}`).toString('base64url');
    const left = scrubbed(encoded).replaceAll('[redacted]', '');
    expect(left.length).toBeLessThan(before * 2 + 6);
  });

  it('leaves words alone that only look like the beginning of one (T163)', () => {
    const secrets = new Secrets();
    secrets.add('session-of-a-client-0123456789');
    secrets.add('X-Words: repos, pull_requests, issues');
    const text = 'The session-of-a-client is open; see pull_requests and issues.';
    expect(secrets.scrub(text)).toBe(text);
  });

  it('knows a bearer token also without its scheme (T163)', () => {
    const secrets = new Secrets();
    secrets.add(`Bearer ${TOKEN}`);
    expect(secrets.scrub(`a ${TOKEN} b`)).toBe('a [redacted] b');
  });

  it('forgets session ids and tokens that were replaced, but none of the configuration and none in use (T252)', () => {
    const secrets = new Secrets();
    // Unlike one another in every piece.
    const secret = (name: string) => createHash('sha256').update(name).digest('hex');
    const isKnown = (name: string) => secrets.scrub(secret(name)) === '[redacted]';
    for (let nth = 0; nth < 100; nth++) secrets.add(secret(`configured ${nth}`));
    secrets.add(secret('current token'), 'token');
    for (let nth = 0; nth < 2_000; nth++) secrets.add(secret(`session ${nth}`), 'session');
    expect(['configured 0', 'configured 99', 'current token', 'session 1999'].filter(isKnown)).toHaveLength(4);
    expect(isKnown('session 0')).toBe(false);
    for (let nth = 0; nth < 2_000; nth++) secrets.add(secret(`token ${nth}`), 'token');
    expect(['configured 0', 'session 1999', 'token 1999'].filter(isKnown)).toHaveLength(3);
    expect(isKnown('current token')).toBe(false);
  });

  it('keeps a token that is minted again and again among newer ones (T252)', () => {
    const secrets = new Secrets();
    for (let nth = 0; nth < 100; nth++) {
      secrets.add(TOKEN, 'token');
      secrets.add(`other-token-${nth}`, 'token');
    }
    expect(secrets.scrub(TOKEN)).toBe('[redacted]');
  });

  const each = (text: string, write: (code: string) => string) =>
    Array.from(Buffer.from(text), (byte) => write(byte.toString(16))).join('');
  const SPECIAL = `<dapi&'"3f9A0c7E5b1D>`;
  it.each<[string, string]>([
    ['in hex', each(SPECIAL, (hex) => hex)],
    ['in hex with capitals', each(SPECIAL, (hex) => hex.toUpperCase())],
    ['percent-encoded in full', each(SPECIAL, (hex) => `%${hex}`)],
    ['percent-encoded in full with capitals', each(SPECIAL, (hex) => `%${hex.toUpperCase()}`)],
    ['in escapes of JSON', each(SPECIAL, (hex) => `\\u00${hex}`)],
    ['in escapes of JSON with capitals', each(SPECIAL, (hex) => `\\u00${hex.toUpperCase()}`)],
    ['in hexadecimal escapes of HTML', each(SPECIAL, (hex) => `&#x${hex};`)],
    ['in decimal escapes of HTML', each(SPECIAL, (hex) => `&#${Number.parseInt(hex, 16)};`)],
    ['as HTML text', '&lt;dapi&amp;&#39;&quot;3f9A0c7E5b1D&gt;'],
  ])('knows a secret %s (T163)', (_how, form) => {
    const secrets = new Secrets();
    secrets.add(SPECIAL);
    expect(secrets.scrub(`before ${form} after`)).toBe('before [redacted] after');
  });

  it('takes no time for a long text (T192)', () => {
    const started = performance.now();
    scrubbed(`${'dapi3f9 '.repeat(2e6)}`);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
