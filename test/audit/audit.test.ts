import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bundledPackages } from './bundled.ts';
import { FLOORS, isOlder } from './floors.ts';
import { verdictOf } from './verdict.ts';

const licences = readFileSync(fileURLToPath(new URL('../../dist/LICENSES.txt', import.meta.url)), 'utf8');
const bundled = bundledPackages(licences);

describe('the packages in the bundle', () => {
  it('are not older than the corrections of their known vulnerabilities (T186)', () => {
    const old = bundled.filter(({ name, version }) =>
      FLOORS.some((floor) => floor.name === name && isOlder(version, floor.version)),
    );
    expect(old).toEqual([]);
  });

  it('are the ones that the list of those versions names', () => {
    const names = bundled.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(FLOORS.map(({ name }) => name)));
  });

  it.each([
    ['7.28.9', '7.29.0', true],
    ['7.29.0', '7.29.0', false],
    ['7.100.0', '7.29.0', false],
    ['10.0.0', '7.29.0', false],
    ['1.9.9', '1.26.0', true],
  ])('of version %s are older than %s: %s', (version, floor, older) => {
    expect(isOlder(version, floor)).toBe(older);
  });
});

describe('an audit', () => {
  const packages = [{ name: 'a', version: '1.0.0' }];
  const lockfile = {
    packages: { 'node_modules/a': { version: '1.0.0' }, 'node_modules/x/node_modules/a': { version: '0.9.0' } },
  };
  const report = (name: string, node: string, via: unknown) =>
    JSON.stringify({ auditReportVersion: 2, vulnerabilities: { [name]: { name, nodes: [node], via: [via] } } });
  const advisory = { title: 'Bad', url: 'https://example.com/1', severity: 'high', range: '<2' };

  it('that names a bundled package in the bundled version is a finding', () => {
    expect(verdictOf(report('a', 'node_modules/a', advisory), packages, lockfile)).toEqual({
      is: 'checked',
      findings: [{ name: 'a', version: '1.0.0', severity: 'high', title: 'Bad', url: 'https://example.com/1' }],
    });
  });

  it.each([
    ['another package', report('b', 'node_modules/b', advisory)],
    ['another version of it', report('a', 'node_modules/x/node_modules/a', advisory)],
    ['it because of another package alone', report('a', 'node_modules/a', 'b')],
    ['nothing', JSON.stringify({ auditReportVersion: 2, vulnerabilities: {} })],
  ])('that names %s is none', (_what, output) => {
    expect(verdictOf(output, packages, lockfile)).toEqual({ is: 'checked', findings: [] });
  });

  it.each([
    ['has no such address', '{"message":"405 Method Not Allowed","statusCode":405}', '405 Method Not Allowed'],
    ['cannot be reached', '{"error":{"code":"ENOAUDIT","summary":"no network"}}', 'no network'],
    ['was not heard in time', '', 'npm audit gave no report'],
  ])('of a registry that %s is not taken for a good one', (_what, output, because) => {
    expect(verdictOf(output, packages, lockfile)).toEqual({ is: 'not-checked', because });
  });
});
