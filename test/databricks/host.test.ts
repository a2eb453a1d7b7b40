import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workspaceHost } from '../../src/databricks/host.ts';

describe('a workspace host (T172)', () => {
  it.each([
    ['https://adb-1.2.azuredatabricks.net', 'https://adb-1.2.azuredatabricks.net'],
    ['https://x.cloud.databricks.com/', 'https://x.cloud.databricks.com'],
    ['x.cloud.databricks.com', 'https://x.cloud.databricks.com'],
    ['HTTPS://X.Cloud.Databricks.COM', 'https://x.cloud.databricks.com'],
    ['https://x.cloud.databricks.com:443', 'https://x.cloud.databricks.com'],
    ['https://x.cloud.databricks.com:8443', 'https://x.cloud.databricks.com:8443'],
    ['x.cloud.databricks.com:8443', 'https://x.cloud.databricks.com:8443'],
    ['https://x.cloud.databricks.com.', 'https://x.cloud.databricks.com'],
    ['https://lakehouse.corp.example', 'https://lakehouse.corp.example'],
    ['https://x.cloud.databricks.com.evil.com', 'https://x.cloud.databricks.com.evil.com'],
    ['https://10.0.0.7', 'https://10.0.0.7'],
    ['https://[2001:DB8::1]', 'https://[2001:db8::1]'],
    ['https://dаtabricks.com', 'https://xn--dtabricks-0yh.com'], // Cyrillic а
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['localhost', 'https://localhost'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://LOCALHOST', 'http://localhost'],
    ['http://127.0.0.1:49152', 'http://127.0.0.1:49152'],
    ['http://127.9.9.9', 'http://127.9.9.9'],
    ['http://[::1]:8080/', 'http://[::1]:8080'],
    ['http://[0:0:0:0:0:0:0:1]', 'http://[::1]'],
  ])('%s is %s', (text, origin) => {
    expect(workspaceHost(text)).toEqual({ origin, workspaceId: undefined });
  });

  it.each([
    ['', 'name or an IP address'],
    ['http://', 'name or an IP address'],
    ['https:///x', 'name or an IP address'],
    ['https:x.example', 'name or an IP address'],
    ['https:/x.example', 'name or an IP address'],
    ['//x.example', 'name or an IP address'],
    ['https://a..example', 'name or an IP address'],
    ['https://a.example..', 'name or an IP address'],
    ['https://.example', 'name or an IP address'],
    ['https://a%2eexample', 'name or an IP address'],
    ['https://%61.example', 'name or an IP address'],
    ['https://a.example:port', 'name or an IP address'],
    ['https://a.example:99999', 'name or an IP address'],
    ['https://[::1', 'name or an IP address'],
    ['https://a^b', 'name or an IP address'],
    ['https://127.1', 'name or an IP address'],
    ['https://0x7f.0.0.1', 'name or an IP address'],
    ['https://1234567', 'name or an IP address'],
    ['https://１２７.0.0.1', 'name or an IP address'],
    ['http://x.cloud.databricks.com', 'write "https://x.cloud.databricks.com"'],
    ['http://10.0.0.7', 'http is for loopback only'],
    ['http://localhost.evil.com', 'http is for loopback only'],
    ['http://evil.localhost', 'http is for loopback only'],
    ['http://[::ffff:127.0.0.1]', 'http is for loopback only'],
    ['http://127.0.0.1.evil.com', 'http is for loopback only'],
    ['http://0.0.0.0', 'http is for loopback only'],
    ['ftp://x.example', 'begins with "https://"'],
    ['file:///etc/passwd', 'begins with "https://"'],
    ['javascript://x', 'begins with "https://"'],
    ['https://evil.com\\@x.cloud.databricks.com', 'no backslash'],
    ['https:\\\\x.example', 'no backslash'],
    ['https://a.example\t', 'no white space'],
    ['https://a\n.example', 'no white space'],
    [' https://a.example', 'no white space'],
    ['https://a .example', 'no white space'],
    ['https://a\u00ad.example', 'invisible'],
    ['https://a\u200b.example', 'invisible'],
    ['https://a\u202e.example', 'invisible'],
    ['https://a\0.example', 'invisible'],
  ])('%j is refused: %s', (text, reason) => {
    expect(workspaceHost(text)).toContain(reason);
  });
});

describe('what an address has beside its host (T167)', () => {
  it.each([
    ['https://user@x.example', 'no user name'],
    ['https://user:password@x.example', 'no user name'],
    ['https://@x.example', 'no user name'],
    ['https://x.cloud.databricks.com@evil.com', 'no user name'],
    ['user@x.example', 'no user name'],
    ['https://x.example#', 'no fragment'],
    ['https://x.example/#notebook/1', 'no fragment'],
    ['https://evil.com#x.cloud.databricks.com', 'no fragment'],
    ['https://x.example/login.html', 'no path: write "https://x.example"'],
    ['https://x.example//', 'no path'],
    ['https://x.example/..', 'no path'],
    ['x.example/browse?o=1', 'no path'],
    ['https://x.example/?o=a%20b', 'only a workspace id'],
    ['https://x.example/?w=-1', 'only a workspace id'],
    ['https://x.example/?a=1&account_id=2', 'only a workspace id'],
    ['https://x.example/?o=1&b=1', 'only a workspace id'],
    ['https://x.example/?o=', 'only a workspace id'],
    ['https://x.example/?o=1=2', 'only a workspace id'],
    ['https://x.example/?o=1&o=2', 'only a workspace id'],
    ['https://x.example/?O=1', 'only a workspace id'],
    ['https://x.example/?__proto__=1', 'only a workspace id'],
  ])('%s is refused: %s', (text, reason) => {
    expect(workspaceHost(text)).toContain(reason);
  });

  it.each([
    ['https://x.example/?o=1234567890123456', '1234567890123456'],
    ['https://x.example?w=1', '1'],
    ['x.example?workspace_id=1', '1'],
    ['https://x.example/?o=1&workspace_id=1', '1'],
    ['https://x.example/?w=ws-Ab_9', 'ws-Ab_9'],
    ['https://x.example/?o=1&a=2', '1'],
    ['https://x.example/?', undefined],
  ])('the workspace id of %s is %s', (text, workspaceId) => {
    expect(workspaceHost(text)).toMatchObject({ origin: 'https://x.example', workspaceId });
  });

  it.each([
    ['https://x.example/?a=0d7c1f0e-7f53-4f39-8a4d-4c0c6f2f7a11', '0d7c1f0e-7f53-4f39-8a4d-4c0c6f2f7a11'],
    ['x.example?account_id=1&w=two', '1'],
    ['x.example?o=1', undefined],
  ])('the account id of %s is %s', (text, accountId) => {
    expect(workspaceHost(text)).toMatchObject({ origin: 'https://x.example', accountId });
  });
});

it('what is accepted goes to https or to loopback, and is read again as the same', () => {
  const part = fc.constantFrom(
    'https://',
    'http://',
    'HTTP:',
    '//',
    'localhost',
    '127.0.0.1',
    '[::1]',
    'evil.com',
    'x',
    'é',
    '１',
    '0x7f',
    '.',
    '..',
    ':',
    ':80',
    '@',
    '/',
    '\\',
    '?o=1',
    '#',
    '%2e',
    '\t',
    '\u200b',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl(),
    fc.array(part, { maxLength: 7 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const host = workspaceHost(text);
      if (typeof host === 'string') return;
      expect(host.origin).toMatch(/^(?:https:\/\/[!-~]+|http:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?)$/);
      expect(new URL(host.origin).origin).toBe(host.origin);
      expect(workspaceHost(host.origin)).toEqual({ origin: host.origin, workspaceId: undefined });
    }),
    { numRuns: 5000 },
  );
});

it('a host that is taken at first sight is what the whole judgement makes of it', () => {
  const label = fc.stringMatching(/^[a-z0-9-]{1,8}$/);
  const name = fc.oneof(label, fc.constantFrom('xn--a', 'xn--bcher-kva', 'localhost', '127.0.0.1', '0x7f', '1'));
  const hosts = fc
    .record({
      scheme: fc.constantFrom('https://', 'http://'),
      names: fc.array(name, { minLength: 1, maxLength: 4 }),
      port: fc.option(fc.nat(70_000), { nil: undefined }),
    })
    .map(({ names, port, scheme }) => `${scheme}${names.join('.')}${port === undefined ? '' : `:${port}`}`);
  fc.assert(
    fc.property(hosts, (host) => {
      // A slash at the end changes nothing, and is never taken at first sight.
      expect(workspaceHost(host)).toEqual(workspaceHost(`${host}/`));
    }),
    { numRuns: 5000 },
  );
});
