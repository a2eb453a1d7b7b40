import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Profile, readProfile } from '../../src/databricks/profile.ts';
import { Problem } from '../../src/protocol/problem.ts';

const CANARY = 'dapi-canary-0123456789';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'profile-'));
  file = join(folder, '.databrickscfg');
});
afterEach(() => rm(folder, { recursive: true }));

async function profileIn(content: string | Uint8Array, named?: string): Promise<Profile> {
  await writeFile(file, content, { mode: 0o600 });
  return readProfile(file, named);
}

async function valuesIn(content: string | Uint8Array, named?: string): Promise<Record<string, string>> {
  return Object.fromEntries((await profileIn(content, named)).values);
}

async function problemOf(reading: Promise<unknown>): Promise<Problem> {
  const problem = await reading.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(problem instanceof Problem)) throw new Error(`expected a Problem, not ${String(problem)}`);
  expect(problem.kind).toBe('auth');
  expect(`${problem.message} ${problem.hint}`).not.toContain(CANARY);
  return problem;
}

/** Permissions do not bind root, as which many a CI runs its tests. */
async function withoutPrivileges<T>(action: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return action();
  process.seteuid?.(65_534);
  try {
    return await action();
  } finally {
    process.seteuid?.(0);
  }
}

describe('which profile is read', () => {
  const CONTENT = [
    '[DEFAULT]',
    'host = https://default.example',
    'token = default',
    '[work]',
    'host = https://work.example',
    '[work-too]',
    'host = https://work.example',
    'token = too',
  ].join('\n');

  it.each([
    [undefined, 'DEFAULT', { host: 'https://default.example', token: 'default' }],
    ['DEFAULT', 'DEFAULT', { host: 'https://default.example', token: 'default' }],
    ['work-too', 'work-too', { host: 'https://work.example', token: 'too' }],
  ])('where %s is named, it is %s', async (named, name, values) => {
    const profile = await profileIn(CONTENT, named);
    expect(profile.name).toBe(name);
    expect(Object.fromEntries(profile.values)).toEqual(values);
  });

  it('inherits nothing from DEFAULT, and nothing from another profile of the same workspace (T095)', async () => {
    expect(await valuesIn(CONTENT, 'work')).toEqual({ host: 'https://work.example' });
  });

  it('follows default_profile of [__settings__] where none is named', async () => {
    const content = `${CONTENT}\n[__settings__]\ndefault_profile = work`;
    expect(await profileIn(content)).toMatchObject({ name: 'work', isPreferred: true });
    expect(await profileIn(content, 'work-too')).toMatchObject({ name: 'work-too', isPreferred: false });
    expect(await profileIn(CONTENT)).toMatchObject({ name: 'DEFAULT', isPreferred: false });
  });

  it('says that the file names a profile that it does not have (T095)', async () => {
    const { details, message } = await problemOf(profileIn(`${CONTENT}\n[__settings__]\ndefault_profile = wrok`));
    expect(message).toMatch(/has no profile \[wrok\], which default_profile in its section \[__settings__\] names\.$/);
    expect(details).toMatchObject({ misconfigured: true, hint: expect.stringMatching(/: DEFAULT, work, work-too\.$/) });
  });

  it('is named by its section to the letter', async () => {
    expect((await problemOf(profileIn(CONTENT, 'WORK'))).message).toContain('no profile [WORK]');
  });

  it('is read anew each time (T078)', async () => {
    await problemOf(readProfile(file, undefined));
    expect(await valuesIn('[DEFAULT]\nhost = a')).toEqual({ host: 'a' });
    expect(await valuesIn('[DEFAULT]\nhost = b')).toEqual({ host: 'b' });
  });
});

describe('how a line is read', () => {
  it.each([
    ['host=a', { host: 'a' }],
    ['  host  =  a b  ', { host: 'a b' }],
    ['HOST = a', { host: 'a' }],
    ['host: https://a.example', { host: 'https://a.example' }],
    ['token = a=b:c', { token: 'a=b:c' }],
    ['password = %Y#X;Z', { password: '%Y#X;Z' }],
    ['password = "%Y #X;Z"', { password: '%Y #X;Z' }],
    ["password = '%Y#X$Z' # note", { password: '%Y#X$Z' }],
    ['password = `a;b`', { password: 'a;b' }],
    ['password = "half', { password: '"half' }],
    ['host = a # the one', { host: 'a' }],
    ['host = a   ; the one', { host: 'a' }],
    ['token =', { token: '' }],
    ['token = true', { token: 'true' }],
  ])('%j', async (line, values) => {
    expect(await valuesIn(`[p]\n; note\n\n# note\n${line}\n`, 'p')).toEqual(values);
  });

  it.each(['a.b', 'a.b.c', 'a b', 'é', '--help', 'x; id', '$(id)', '%PATH%', '"q"'])(
    'section [%s] (T182)',
    async (name) => {
      expect(await valuesIn(`[a]\nhost = other\n[${name}] # note\nhost = own`, name)).toEqual({ host: 'own' });
    },
  );

  it('what stands before the first section belongs to DEFAULT, as the CLI has it', async () => {
    expect(await valuesIn('host = a\n[work]\nhost = b')).toEqual({ host: 'a' });
  });

  it('a section that comes twice is one', async () => {
    expect(await valuesIn('[a]\nhost = x\n[b]\nhost = y\n[a]\ntoken = z', 'a')).toEqual({ host: 'x', token: 'z' });
  });

  it.each([
    ['\ufeff[p]\nhost = a\ntoken = b\n'],
    ['[p]\r\nhost = a\r\ntoken = b\r\n'],
    ['\ufeff[p]\r\nhost = a\rtoken = b'],
  ])('byte order mark and line ends of %j go unnoticed (T183)', async (content) => {
    expect(await valuesIn(content, 'p')).toEqual({ host: 'a', token: 'b' });
  });

  it('__proto__ and constructor are names like others (T181)', async () => {
    expect(await valuesIn('[__proto__]\nhost = a', '__proto__')).toEqual({ host: 'a' });
    const { values } = await profileIn('[p]\n__proto__ = a\nconstructor = b', 'p');
    expect([...values]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    expect(({} as Record<string, unknown>)['host']).toBeUndefined();
    await problemOf(profileIn('[p]\nhost = a', 'constructor'));
  });

  it('whatever is in the file, there is a profile or a Problem', async () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '=',
      ':',
      '#',
      ';',
      ' ',
      '\n',
      '\r',
      '"',
      '.',
      '__proto__',
      'host',
      'DEFAULT',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array(),
          fc.array(piece, { maxLength: 40 }).map((all) => Buffer.from(all.join(''))),
        ),
        async (bytes) => {
          const profile = await profileIn(bytes).catch(async (error: unknown) => problemOf(Promise.reject(error)));
          if (!(profile instanceof Problem)) expect(profile.values.size).toBeGreaterThan(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a problem with the file gives the next step (T078, T183)', () => {
  it('there is no file', async () => {
    const { hint, message } = await problemOf(readProfile(file, 'work'));
    expect(message).toBe(`There is no Databricks configuration file ${file}.`);
    expect(hint).toContain('databricks configure');
    expect(hint).toContain('databricks auth login --host');
    expect(hint).toContain('DATABRICKS_HOST and DATABRICKS_TOKEN');
  });

  it('there is a file where a folder should be', async () => {
    await writeFile(file, '');
    expect((await problemOf(readProfile(join(file, 'x'), undefined))).message).toContain('There is no');
  });

  it('it may not be read', async () => {
    await writeFile(file, '[DEFAULT]\nhost = a', { mode: 0 });
    const { hint, message } = await withoutPrivileges(() => problemOf(readProfile(file, undefined)));
    expect(message).toBe(`The Databricks configuration file ${file} may not be read.`);
    expect(hint).toContain(`chmod 600 ${file}`);
  });

  it('it cannot be read for another reason', async () => {
    await symlink(file, file);
    expect((await problemOf(readProfile(file, undefined))).message).toBe(`${file} cannot be read (ELOOP).`);
  });

  it('it is a folder', async () => {
    expect((await problemOf(readProfile(folder, undefined))).message).toBe(`${folder} is not a regular file.`);
  });

  it('it is a device without an end', async () => {
    expect((await problemOf(readProfile('/dev/zero', undefined))).message).toContain('not a regular file');
  });

  it('it is larger than any such file, or just as large as may be', async () => {
    const largest = `[p]\nhost = a\n#${' '.repeat(1_048_576 - 14)}`;
    expect(await valuesIn(largest, 'p')).toEqual({ host: 'a' });
    const { hint, message } = await problemOf(profileIn(`${largest} `, 'p'));
    expect(message).toContain('has 1048577 bytes; at most 1048576');
    expect(hint).toContain('DATABRICKS_CONFIG_FILE');
  });

  it('a line is none, and is named by its number without being shown', async () => {
    const { hint, message } = await problemOf(profileIn(`[DEFAULT]\nhost = a\n\n${CANARY}\n`));
    expect(message).toBe(`${file}:4 is neither "[profile]" nor "key = value".`);
    expect(hint).toContain('that line');
  });

  it.each(['[DEFAULT', '[]', '[ ]', '= a', '[a] b', 'host'])('%s is no line', async (line) => {
    expect((await problemOf(profileIn(`# note\r\n${line}\r\n`))).message).toContain(`${file}:2 `);
  });

  it('a key has two values', async () => {
    const { hint, message } = await problemOf(profileIn(`[p]\ntoken = ${CANARY}\nhost = a\nTOKEN = b`, 'p'));
    expect(message).toBe(`${file}:4 gives "token" again, after line 2.`);
    expect(hint).toContain('[p]');
  });

  it.each([
    ['UTF-16', Buffer.from('\ufeff[DEFAULT]\nhost = a', 'utf16le')],
    ['Latin-1', Buffer.from('[DEFAULT]\nhost = é', 'latin1')],
  ])('it is %s', async (_, bytes) => {
    expect((await problemOf(profileIn(bytes))).message).toContain('not UTF-8');
  });

  it('the profile is not in it, but others are', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `p${index + 1}`);
    const content = `[__settings__]\na = b\n[none]\n${names.map((name) => `[${name}]\ntoken = ${CANARY}`).join('\n')}`;
    const { hint, message } = await problemOf(profileIn(content, 'work'));
    expect(message).toBe(`${file} has no profile [work].`);
    expect(hint).toContain(': p1, p2, p3, p4, p5, p6, p7, p8, p9, p10 and 2 more.');
  });

  it('no profile was named, and there is no DEFAULT', async () => {
    const { hint, message } = await problemOf(profileIn('[work]\nhost = a'));
    expect(message).toBe(`${file} has no profile [DEFAULT], and no other was named.`);
    expect(hint).toContain('--profile or DATABRICKS_CONFIG_PROFILE: work.');
  });

  it('the profile is empty', async () => {
    const { hint, message } = await problemOf(profileIn('[DEFAULT]\n; nothing yet\n'));
    expect(message).toBe(`The profile [DEFAULT] in ${file} is empty.`);
    expect(hint).toContain('databricks configure');
  });

  it('the settings of the CLI are no profile', async () => {
    const { message } = await problemOf(profileIn('[__settings__]\nauth_storage = plaintext', '__settings__'));
    expect(message).toContain('[__settings__]');
  });

  it('a name that a terminal would act on is shown without that', async () => {
    const { hint } = await problemOf(profileIn('[\u001b[2J\u202e]\nhost = a', 'work'));
    expect(hint).toMatch(/^[\x20-\x7e]+$/);
  });
});

describe('permissions (T183)', () => {
  it.each([
    [0o600, 0],
    [0o664, 0],
    [0o666, 1],
  ])('mode %o has %d warnings', async (mode, count) => {
    await writeFile(file, '[DEFAULT]\nhost = a');
    await chmod(file, mode);
    const { warnings } = await readProfile(file, undefined);
    expect(warnings).toHaveLength(count);
    for (const warning of warnings) expect(warning).toContain(`chmod 600 ${file}`);
  });
});
