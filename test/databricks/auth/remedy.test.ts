import { describe, expect, it } from 'vitest';
import type { Attribute, Found } from '../../../src/databricks/auth/attributes.ts';
import { remedyFor } from '../../../src/databricks/auth/remedy.ts';
import type { Way } from '../../../src/databricks/auth/ways.ts';
import { faultOf } from '../../../src/databricks/faults/fault.ts';
import { connectionTarget } from '../../../src/databricks/targets.ts';
import { head, placeOf } from '../faults/example.ts';

function remedy(way: Way, tokenFrom = 'DATABRICKS_TOKEN', profile?: string): string {
  return remedyFor(way, {
    origin: 'https://ws.example',
    from: 'DATABRICKS_HOST',
    workspaceId: undefined,
    profile: profile === undefined ? undefined : { name: profile, from: 'by default', isOfHost: true },
    configFile: '/nowhere',
    values: new Map<Attribute, Found>([['token', { text: 'secret', from: tokenFrom }]]),
    foreign: [],
    warnings: [],
  });
}

describe('what to do about a token that was turned away', () => {
  it.each([
    [remedy('pat'), 'It is wrong or has expired: replace DATABRICKS_TOKEN.'],
    [remedy('pat', 'the profile [work]'), 'It is wrong or has expired: replace the token of the profile [work].'],
    [remedy('databricks-cli'), 'Sign in again: `databricks auth login --host https://ws.example`.'],
    [
      remedy('databricks-cli', '', 'my work'),
      "Sign in again: `databricks auth login --host https://ws.example --profile 'my work'`.",
    ],
  ])('%s', (said, expected) => {
    expect(said).toBe(expected);
  });

  it.each<[Way, RegExp]>([
    ['azure-cli', /`az login`/],
    ['oauth-m2m', /^Check the service principal \(oauth-m2m\): that it is a member/],
    ['github-oidc', /^Check the service principal \(github-oidc\)/],
  ])('depends on the way of signing in: %s', (way, expected) => {
    expect(remedy(way)).toMatch(expected);
  });

  it('is the hint of the refusal', () => {
    const place = { ...placeOf(connectionTarget('c')), remedy: remedy('databricks-cli') };
    expect(faultOf(head(400), 'Invalid Token', place)?.problem.hint).toBe(remedy('databricks-cli'));
    const redirected = faultOf(head(302, { location: '/login.html' }), '', place);
    expect(redirected?.problem.hint).toMatch(/^Sign in again: .*\?o=/);
  });
});
