import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choice } from '../../src/config/kinds/choice.ts';
import { CONNECTION } from '../../src/config/kinds/connection.ts';
import { FILE } from '../../src/config/kinds/file.ts';
import { HEADERS } from '../../src/config/kinds/headers.ts';
import type { Kind } from '../../src/config/kinds/kind.ts';
import { PATH } from '../../src/config/kinds/path.ts';
import { PROFILE } from '../../src/config/kinds/profile.ts';
import { SECONDS } from '../../src/config/kinds/seconds.ts';
import { SWITCH } from '../../src/config/kinds/switch.ts';
import { TOKEN } from '../../src/config/kinds/token.ts';

const PLACE = { home: '/home/ada', cwd: '/project' };

/** The value, or undefined where the text is refused: then there must be a sentence that does not hold the text. */
function accepted<T>(kind: Kind<T>, text: string): T | undefined {
  const parsed = kind.read(text, PLACE);
  if ('value' in parsed) return parsed.value;
  expect(parsed.wrong).toMatch(/^[a-z].*\.$/);
  return undefined;
}

/** Texts made of what attacks on addresses are made of, so that more than a few are accepted and nearly so. */
const addressText = fc
  .array(
    fc.constantFrom(
      '/',
      '.',
      '..',
      '%2e',
      '%2f',
      '\\',
      '?',
      '#',
      '@',
      ':',
      ';',
      ' ',
      '\n',
      '\0',
      'a',
      'B',
      '1',
      '-',
      '_',
      '~',
      'é',
      '//evil.example',
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('a connection name (T178)', () => {
  it.each(['github', 'github_u2m_connection', 'github-mcp.v2', '_x', '1', 'x'.repeat(255)])('may be %s', (name) => {
    expect(accepted(CONNECTION, name)).toBe(name);
  });

  it.each([
    '',
    'a/b',
    '..',
    '.',
    '.a',
    '-a',
    '%2f',
    'a%2fb',
    'a?x',
    'a#x',
    'a b',
    ' a',
    'a\n',
    'a\\b',
    'a;b',
    'a:b',
    'naïve',
    '连接',
    'a\u202eb',
    'x'.repeat(256),
  ])('may not be %j', (name) => {
    expect(accepted(CONNECTION, name)).toBeUndefined();
  });

  it('is one segment of a URL, as it is, whatever was accepted', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), addressText), (text) => {
        const name = accepted(CONNECTION, text);
        if (name === undefined) return;
        expect(encodeURIComponent(name)).toBe(name);
        expect(new URL(`https://w.example/connections/${name}/proxy`).pathname).toBe(`/connections/${name}/proxy`);
      }),
    );
  });
});

describe('a path (T177)', () => {
  it.each([
    '/',
    '/mcp',
    '/mcp/',
    '/x/issues/readonly',
    '/a.b-c_d~e',
    '/.well-known/x',
    '/a..b',
    `/${'x'.repeat(1023)}`,
  ])('may be %s', (path) => {
    expect(accepted(PATH, path)).toBe(path);
  });

  it.each([
    '',
    'mcp',
    './a',
    '..',
    '/..',
    '/a/../b',
    '/a/..',
    '/./a',
    '/...',
    '/%2e%2e',
    '/%2E%2e/a',
    '/..%2f',
    '//evil',
    '/a//b',
    '\\evil',
    '/\\evil',
    '/a\\..\\b',
    'https://evil.example/',
    '/a?b',
    '/a#b',
    '/a;b',
    '/a b',
    '/a\r\nb',
    '/a\n',
    '/a\0',
    '/é',
    `/${'x'.repeat(1024)}`,
    `/${'x'.repeat(2048)}`,
  ])('may not be %j', (path) => {
    expect(accepted(PATH, path)).toBeUndefined();
  });

  it('never leaves its base, and means the same decoded', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          addressText,
          addressText.map((text) => `/${text}`),
        ),
        (text) => {
          const path = accepted(PATH, text);
          if (path === undefined) return;
          const url = new URL(`https://w.example/base${path}`);
          expect(url.href).toBe(`https://w.example/base${path}`);
          expect(decodeURIComponent(path)).toBe(path);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('a header (T176)', () => {
  it.each([
    ['X-MCP-Toolsets: repos,issues', { 'X-MCP-Toolsets': 'repos,issues' }],
    ['x-a:b', { 'x-a': 'b' }],
    ['X-A: \t b: c \t', { 'X-A': 'b: c' }],
    ["!#$%&'*+.^_`|~: x", { "!#$%&'*+.^_`|~": 'x' }],
  ])('may be %j', (text, headers) => {
    expect(accepted(HEADERS, text)).toEqual(headers);
  });

  it.each([
    '',
    ':',
    ': x',
    'X-A',
    'X-A:',
    'X-A:  ',
    'X A: b',
    'X-A : b',
    ' X-A: b',
    'X-A: b\r\nHost: evil',
    'X-A: b\n',
    'X-A\r\n: b',
    'X-A: b\0c',
    'X-A: \x7f',
    'X-A: é',
    'Ä: b',
    'Bearer abc',
  ])('may not be %j', (text) => {
    expect(accepted(HEADERS, text)).toBeUndefined();
  });

  it.each([
    'authorization',
    'host',
    'content-length',
    'content-type',
    'transfer-encoding',
    'connection',
    'accept',
    'cookie',
    'mcp-session-id',
    'mcp-protocol-version',
    'mcp-method',
    'mcp-name',
    'mcp-param-owner',
    'proxy-authorization',
    'last-event-id',
  ])('may not be %s, in any case', (name) => {
    for (const written of [name, name.toUpperCase(), name.replace(/^./, (letter) => letter.toUpperCase())]) {
      expect(accepted(HEADERS, `${written}: x`)).toBeUndefined();
    }
  });

  it('wins over an earlier one of the same name in any case', () => {
    expect(HEADERS.join?.([{ 'X-A': '1' }, { 'X-B': '2' }, { 'x-a': '3' }])).toEqual({ 'x-a': '3', 'X-B': '2' });
  });

  it('is what an HTTP client would send, whatever was accepted', () => {
    const nearly = fc.tuple(
      fc.constantFrom('X-A', 'Host', 'x y', 'mcp-x', ''),
      fc.constantFrom(':', ': ', ''),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          nearly.map((parts) => parts.join('')),
        ),
        (text) => {
          for (const [name, value] of Object.entries(accepted(HEADERS, text) ?? {})) {
            expect([...new Headers([[name, value]])]).toEqual([[name.toLowerCase(), value]]);
          }
        },
      ),
    );
  });
});

describe('seconds', () => {
  it.each([
    ['1', 1000],
    ['300', 300_000],
    ['2.5', 2500],
    ['0.001', 1],
    ['86400', 86_400_000],
  ])('%s are %d ms', (text, ms) => {
    expect(accepted(SECONDS, text)).toBe(ms);
  });

  it.each([
    '',
    '0',
    '0.0',
    '0.0001',
    '-1',
    '+1',
    '1e3',
    '0x10',
    '1s',
    '1,5',
    '.5',
    '5.',
    ' 1',
    'Infinity',
    'NaN',
    '86401',
    '9'.repeat(400),
  ])('may not be %j', (text) => {
    expect(accepted(SECONDS, text)).toBeUndefined();
  });
});

describe('a choice', () => {
  const kind = choice('LEVEL', ['info', 'debug']);

  it('is one of its words, in any case', () => {
    expect(accepted(kind, 'Info')).toBe('info');
  });

  it.each(['', 'inf', 'information', ' info'])('is not %j', (text) => {
    expect(accepted(kind, text)).toBeUndefined();
  });
});

describe('a switch', () => {
  it.each([
    ['1', true],
    ['true', true],
    ['Yes', true],
    ['ON', true],
    ['0', false],
    ['False', false],
    ['no', false],
    ['off', false],
  ])('%s is %s', (text, value) => {
    expect(accepted(SWITCH, text)).toBe(value);
  });

  it.each(['', '2', 'y', 'enabled'])('is not %j', (text) => {
    expect(accepted(SWITCH, text)).toBeUndefined();
  });
});

describe('a file', () => {
  it.each([
    ['/a/b', '/a/b'],
    ['b.log', '/project/b.log'],
    ['../b.log', '/b.log'],
    ['~/b.log', '/home/ada/b.log'],
    ['~', '/home/ada'],
    ['~ada/b.log', '/project/~ada/b.log'],
  ])('%s is %s', (text, path) => {
    expect(accepted(FILE, text)).toBe(path);
  });

  it.each(['a\0b', 'a\nb', 'a\x1b[2J'])('may not be %j', (text) => {
    expect(accepted(FILE, text)).toBeUndefined();
  });
});

describe('the name of a profile (T182)', () => {
  it.each(['DEFAULT', 'a.b', '--help', 'x; id', '$(id)', '%PATH', 'a "x"', 'größe'])('may be %s', (name) => {
    expect(accepted(PROFILE, name)).toBe(name);
  });

  it.each(['a\nb', 'a\rb', '\0', 'x'.repeat(256)])('may not be %j', (name) => {
    expect(accepted(PROFILE, name)).toBeUndefined();
  });
});

describe('a token', () => {
  it('may be any word', () => {
    expect(accepted(TOKEN, 'eyJ.a-b_c~d+e/f==')).toBe('eyJ.a-b_c~d+e/f==');
  });

  it.each(['', 'a b', 'a\nb', 'Bearer abc', 'bearer\tabc', 'tökén'])('may not be %j', (text) => {
    expect(accepted(TOKEN, text)).toBeUndefined();
  });
});
