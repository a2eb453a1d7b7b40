import { describe, expect, test } from 'vitest';
import { chooseProxy, mentionsProxy } from '../../src/node/proxy-choice.ts';

const HOST = 'https://adb-1.7.azuredatabricks.net';
const PROXY = 'http://proxy.example:8080';

function chosen(origin: string, env: Record<string, string>, option?: string): string | undefined {
  const choice = chooseProxy(origin, option, env);
  return typeof choice === 'object' ? `${choice.proxy.href} by ${choice.because}` : choice;
}

describe('the proxy of the environment (T113)', () => {
  test.each<[string, string, Record<string, string>, string | undefined]>([
    ['nothing', HOST, {}, undefined],
    ['HTTPS_PROXY', HOST, { HTTPS_PROXY: PROXY }, `${PROXY}/ by HTTPS_PROXY`],
    ['https_proxy', HOST, { https_proxy: PROXY, HTTPS_PROXY: 'http://b' }, `${PROXY}/ by https_proxy`],
    ['an empty https_proxy', HOST, { https_proxy: ' ', HTTPS_PROXY: PROXY }, `${PROXY}/ by HTTPS_PROXY`],
    ['HTTP_PROXY, which is for http alone', HOST, { HTTP_PROXY: PROXY }, undefined],
    ['HTTP_PROXY for http', 'http://127.0.0.1:80', { HTTP_PROXY: PROXY }, `${PROXY}/ by HTTP_PROXY`],
    ['ALL_PROXY', HOST, { ALL_PROXY: PROXY }, `${PROXY}/ by ALL_PROXY`],
    ['HTTPS_PROXY before all_proxy', HOST, { all_proxy: 'http://b', HTTPS_PROXY: PROXY }, `${PROXY}/ by HTTPS_PROXY`],
    ['a bare host and port', HOST, { HTTPS_PROXY: 'proxy:3128' }, 'http://proxy:3128/ by HTTPS_PROXY'],
    ['a proxy by TLS', HOST, { HTTPS_PROXY: 'https://proxy' }, 'https://proxy/ by HTTPS_PROXY'],
    ['SOCKS', HOST, { ALL_PROXY: 'socks5://x:1' }, 'ALL_PROXY is no address of an HTTP proxy: connecting without it'],
  ])('%s', (_what, origin, env, expected) => {
    expect(chosen(origin, env)).toBe(expected);
    expect(mentionsProxy(env)).toBe(Object.keys(env).length > 0);
  });
});

describe('NO_PROXY (T113)', () => {
  test.each<[string, string, boolean]>([
    ['*', HOST, true],
    ['a, *', HOST, true],
    ['azuredatabricks.net', HOST, true],
    ['.azuredatabricks.net', HOST, true],
    ['*.azuredatabricks.net', HOST, true],
    ['ADB-1.7.AzureDatabricks.NET.', HOST, true],
    ['databricks.net', HOST, false],
    ['x.azuredatabricks.net', HOST, false],
    ['b.example c.example,azuredatabricks.net', HOST, true],
    ['azuredatabricks.net:443', HOST, true],
    ['azuredatabricks.net:8443', HOST, false],
    ['azuredatabricks.net:8443', `${HOST}:8443`, true],
    ['.', HOST, false],
    ['10.0.0.0/8', HOST, false],
    ['10.0.0.0/8', 'https://10.1.2.3', true],
    ['10.0.0.0/8', 'https://11.1.2.3', false],
    ['10.1.2.3', 'https://10.1.2.3', true],
    ['10.1.2.3:443', 'https://10.1.2.3:444', false],
    ['2.3', 'https://10.1.2.3', false],
    ['10.0.0.0/99', 'https://10.1.2.3', false],
    ['::1', 'https://[::1]', true],
    ['[::1]', 'https://[::1]', true],
    ['[::1]:8443', 'https://[::1]:8443', true],
    ['[::1]:8443', 'https://[::1]', false],
    ['fd00::/8', 'https://[fd00::5]', true],
    ['0:0:0:0:0:0:0:1', 'https://[::1]', true],
    ['localhost', 'https://127.0.0.1', false],
    ['localhost', 'https://localhost:8443', true],
  ])('%s is for %s: %s', (exceptions, origin, isExcepted) => {
    for (const name of ['no_proxy', 'NO_PROXY']) {
      const choice = chosen(origin, { HTTPS_PROXY: PROXY, [name]: exceptions });
      expect(choice).toBe(isExcepted ? undefined : `${PROXY}/ by HTTPS_PROXY`);
    }
  });
});

test('--proxy stands above the environment and its exceptions (T113)', () => {
  expect(chosen(HOST, { HTTPS_PROXY: 'http://b', NO_PROXY: '*' }, `${PROXY}/`)).toBe(`${PROXY}/ by --proxy`);
  expect(chosen(HOST, { HTTPS_PROXY: PROXY }, 'none')).toBeUndefined();
});
