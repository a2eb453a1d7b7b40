import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { errors } from 'undici';
import { expect, it } from 'vitest';
import { undiciErrors } from '../../packaging/bundle/undici-errors.js';

type ErrorClass = new (...asked: unknown[]) => Error & { readonly code?: unknown };

const real = errors as unknown as Readonly<Record<string, ErrorClass>>;
const made: Record<string, ErrorClass> = {};
new Function('exports', undiciErrors())(made);

it('each error that is made anew has the name, the code and the words of undici’s own', () => {
  expect(Object.keys(made).length).toBeGreaterThan(15);
  for (const [name, Made] of Object.entries(made)) {
    for (const asked of [[], ['said'], ['said', 'MORE', 'data']]) {
      const [own, theirs] = [new Made(...asked), new (real[name] as ErrorClass)(...asked)];
      expect(own).toBeInstanceOf(Error);
      expect({ ...own, message: own.message }).toEqual({ ...theirs, message: theirs.message });
    }
  }
});

it('there is each error that undici’s pool and what belongs to it may throw', () => {
  const { resolve } = createRequire(import.meta.url);
  const parts = ['core/connect', 'core/request', 'core/util', 'dispatcher/client', 'dispatcher/client-h1']
    .concat(['dispatcher/dispatcher-base', 'dispatcher/pool', 'dispatcher/pool-base', 'handler/unwrap-handler'])
    .concat(['handler/wrap-handler']);
  const asked = parts.flatMap((part) => {
    const text = readFileSync(resolve(`undici/lib/${part}.js`), 'utf8');
    const names = /\{([^{}]*)\} = require\('[./]+(?:core\/)?errors(?:\.js)?'\)/.exec(text)?.[1] ?? '';
    return names.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  });
  expect(asked.length).toBeGreaterThan(15);
  expect(asked.filter((name) => made[name] === undefined)).toEqual([]);
});
