import { describe, expect, test } from 'vitest';
import { type Check, decided, failing, passed, worse } from './check.ts';

const check = (status: Check['status'], name = 'a'): Check => ({ id: `id-of-${name}`, name, status });

describe('what a bridge made worse', () => {
  test.each<[string, Check['status'][], Check['status'][], boolean]>([
    ['the same', ['SUCCESS'], ['SUCCESS'], false],
    ['both fail', ['FAILURE'], ['FAILURE'], false],
    ['neither says anything', ['SKIPPED', 'INFO'], [], false],
    ['only the bridge passes', ['FAILURE'], ['SUCCESS'], false],
    ['only the direct way passes', ['SUCCESS'], ['FAILURE'], true],
    ['a warning', ['SUCCESS'], ['WARNING'], true],
    ['a check that is skipped', ['SUCCESS'], ['SKIPPED'], true],
    ['a check that is not made', ['SUCCESS'], [], true],
    ['one of two that is not made', ['SUCCESS', 'SUCCESS'], ['SUCCESS'], true],
    ['a failure of a check that the direct way did not make', [], ['FAILURE'], true],
    ['another failure beside as many passes', ['SUCCESS'], ['SUCCESS', 'FAILURE'], true],
  ])('%s', (_case, direct, bridged, expected) => {
    const found = worse(
      direct.map((status) => check(status)),
      bridged.map((status) => check(status)),
    );
    expect(found.map((one) => one.check)).toEqual(expected ? ['id-of-a (a)'] : []);
  });

  test('checks of one id are told apart by their names', () => {
    const [a, b] = [check('SUCCESS', 'a'), { ...check('SUCCESS', 'b'), id: 'id-of-a' }];
    const broken = { ...b, status: 'FAILURE', errorMessage: 'no such header' } as const;
    expect(worse([a, b], [a, broken])).toEqual([{ check: 'id-of-a (b)', fails: true, why: 'no such header' }]);
    expect(worse([a, b], [a])).toEqual([{ check: 'id-of-a (b)', fails: false, why: 'did not come to pass' }]);
  });
});

test('failures and warnings fail, and only what came out counts', () => {
  const checks = (['SUCCESS', 'FAILURE', 'WARNING', 'SKIPPED', 'INFO'] as const).map((status) => check(status, status));
  expect(failing(checks).map(({ why }) => why)).toEqual(['FAILURE', 'WARNING']);
  expect([passed(checks), decided(checks)]).toEqual([1, 3]);
});
