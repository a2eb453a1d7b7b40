import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BIN, type BridgeOptions, type BridgeProcess, startBridge } from '../support/bridge.ts';
import { expectNoTrace } from '../support/canary.ts';
import { startRawWorkspace } from '../support/raw-workspace.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const TOKEN = 'dapi-canary-0123456789';
const KEPT = ['serve.js'];

const ARGS = ['--connection', 'github', '--route', 'managed-mcp', '--log-level', 'debug'];

async function open({ args = ARGS, env, ...options }: BridgeOptions): Promise<BridgeProcess> {
  const { host } = await startRawWorkspace({});
  return startBridge({ args, env: { DATABRICKS_HOST: host, DATABRICKS_TOKEN: TOKEN, ...env }, ...options });
}

/** One start up to the answer, and to its end: which files did not have to be compiled in it, and which it has kept. */
async function start(options: BridgeOptions): Promise<{ found: string[]; kept: unknown }> {
  const bridge = await open(options);
  expect(await bridge.initialize()).toHaveProperty('result.serverInfo');
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  const said = bridge.stderr.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  expect(said.filter(({ level }) => level > 30)).toEqual([]);
  const { files } = said.find(({ msg }) => msg === 'compiled before');
  return { found: files, kept: said.find(({ msg }) => msg === 'compiled for the next start')?.kept };
}

function emptyHome(): { HOME: string; folder: string } {
  const HOME = temporaryDirectory();
  return { HOME, folder: join(HOME, '.cache', 'uc-mcp-bridge') };
}

/** A home in which a start has kept what it compiled. */
async function warmHome() {
  const { HOME, folder } = emptyHome();
  await start({ env: { HOME } });
  const file = join(folder, readdirSync(folder)[0] ?? '');
  return { HOME, folder, file };
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('what V8 has compiled', () => {
  test('is kept by the first start for its owner alone, and holds no secret (T160, T194)', async () => {
    const { HOME, folder } = emptyHome();
    expect(await start({ env: { HOME } })).toEqual({ found: [], kept: KEPT });
    expect(await start({ env: { HOME } })).toEqual({ found: KEPT, kept: undefined });
    expect(await start({ args: ['--sandbox', '--log-level', 'debug'], env: { HOME } })).toMatchObject({ found: KEPT });
    expect(modeOf(folder)).toBe('700');
    const files = readdirSync(folder).map((name) => join(folder, name));
    expect(files.map(modeOf)).toEqual(['600']);
    for (const file of files) expectNoTrace(readFileSync(file, 'latin1'), [TOKEN]);
  });

  test('is kept without waiting for the end, and where XDG_CACHE_HOME says', async () => {
    const { HOME } = emptyHome();
    const env = { HOME, XDG_CACHE_HOME: join(HOME, 'elsewhere') };
    const bridge = await open({ env });
    await bridge.initialize();
    await bridge.says(/compiled for the next start/);
    expect(readdirSync(join(HOME, 'elsewhere', 'uc-mcp-bridge'))).toHaveLength(1);
    expect(readdirSync(HOME)).toEqual(['elsewhere']);
  });

  test('is kept before the flags of V8 change under load, since it would not be taken with others', async () => {
    const { HOME } = emptyHome();
    const bridge = await open({ env: { HOME } });
    await bridge.initialize();
    for (let id = 0; id < 4_000; id++) bridge.send({ jsonrpc: '2.0', id, method: 'ping' });
    await Promise.all([bridge.answer(3_999), bridge.says(/compiled for the next start/)]);
    await bridge.finish();
    expect(await start({ env: { HOME } })).toEqual({ found: KEPT, kept: undefined });
  });

  test('is kept once where several start at once', async () => {
    const { HOME, folder } = emptyHome();
    await Promise.all([1, 2, 3].map(() => start({ env: { HOME } })));
    expect(readdirSync(folder)).toHaveLength(1);
    expect(await start({ env: { HOME } })).toMatchObject({ found: KEPT });
  });

  test('is not run for a source that differs, though its length and its time are the same', async () => {
    const { HOME } = emptyHome();
    const dist = join(HOME, 'dist');
    cpSync(dirname(BIN), dist, { recursive: true });
    const bin = join(dist, 'main.js');
    await start({ bin, env: { HOME } });
    const file = join(dist, 'serve.js');
    const [before, { atime, mtime }] = [readFileSync(file, 'utf8'), statSync(file)];
    writeFileSync(file, before.replace('`compiled before`', '`compiled BEFORE`'));
    utimesSync(file, atime, mtime);
    const bridge = await open({ bin, env: { HOME } });
    await bridge.initialize();
    await bridge.finish();
    expect(bridge.stderr).toMatch(/"files":\[\].*compiled BEFORE/);
  });

  test('of other versions is removed when it is old, and what is not ours stays', async () => {
    const { HOME, folder } = emptyHome();
    const [old, recent, others] = ['bridge.js-1-11.3-x64.bin', 'serve.js-2-11.3-x64.bin', 'bench'];
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of [old, recent, others]) writeFileSync(join(folder, name), '');
    for (const name of [old, others]) utimesSync(join(folder, name), 0, 0);
    await start({ env: { HOME } });
    expect(readdirSync(folder).filter((name) => statSync(join(folder, name)).size === 0)).toEqual([others, recent]);
  });

  test.each<[string, (file: string) => void]>([
    ['cut short', (file) => truncateSync(file, statSync(file).size - 1)],
    ['empty', (file) => truncateSync(file)],
    ['garbage', (file) => writeFileSync(file, 'garbage'.repeat(200_000))],
    ['wrong in one bit of the first copy', (file) => flip(file, 0.5)],
    ['wrong in one bit of the second copy', (file) => flip(file, 0.9)],
    ['wrong in one bit of the source', (file) => flip(file, 0.01)],
    ['the source alone', (file) => truncateSync(file, statSync(join(dirname(BIN), 'serve.js')).size)],
    ['one that others may write', (file) => chmodSync(file, 0o666)],
    ['behind a link', moveBehindLink],
  ])('is compiled anew and replaced where it is %s (T194)', async (_what, spoil) => {
    const { HOME, file, folder } = await warmHome();
    spoil(file);
    expect(await start({ env: { HOME } })).toEqual({ found: [], kept: KEPT });
    expect(await start({ env: { HOME } })).toEqual({ found: KEPT, kept: undefined });
    expect(modeOf(file)).toBe('600');
    expect(readdirSync(folder)).toHaveLength(1);
  });
});

describe('nothing is kept, and nobody is told,', () => {
  test.each<[string, (home: string) => Record<string, string>]>([
    ['where there is no home', (home) => ({ HOME: join(home, 'missing') })],
    ['with NODE_DISABLE_COMPILE_CACHE', (HOME) => ({ HOME, NODE_DISABLE_COMPILE_CACHE: '1' })],
    ['where a file is in the way', withFileInTheWay],
    ["where the home is another user's, as after sudo", withAnothersHome],
    ['where the system takes no file', () => ({ HOME: '/proc' })],
  ])('%s', async (_what, prepare) => {
    const { HOME: home } = emptyHome();
    const env = prepare(home);
    const before = readdirSync(home, { recursive: true });
    for (const found of [(await start({ env })).found, (await start({ env })).found]) expect(found).toEqual([]);
    expect(readdirSync(home, { recursive: true })).toEqual(before);
  });

  test.each<[string, (folder: string) => void]>([
    ['which others may write to', (folder) => chmodSync(folder, 0o777)],
    ['which is behind a link', moveBehindLink],
  ])('in a folder %s, nor read (T194)', async (_what, spoil) => {
    const { HOME, folder } = await warmHome();
    spoil(folder);
    const files = readdirSync(folder);
    const before = files.map((name) => statSync(join(folder, name)).mtimeMs);
    expect(await start({ env: { HOME } })).toMatchObject({ found: [] });
    expect(files.map((name) => statSync(join(folder, name)).mtimeMs)).toEqual(before);
  });
});

function flip(file: string, where: number): void {
  const bytes = readFileSync(file);
  const at = Math.floor(bytes.length * where);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

/** What is there stays as it is, and is a link away. */
function moveBehindLink(path: string): void {
  const away = `${path.replace('/.cache/', '/')}-away`;
  mkdirSync(dirname(away), { recursive: true });
  renameSync(path, away);
  symlinkSync(away, path);
}

function withFileInTheWay(HOME: string): { HOME: string } {
  mkdirSync(join(HOME, '.cache'));
  writeFileSync(join(HOME, '.cache', 'uc-mcp-bridge'), '');
  return { HOME };
}

function withAnothersHome(HOME: string): { HOME: string } {
  if (process.getuid?.() !== 0) return { HOME: '/' };
  chownSync(HOME, 65_534, 65_534);
  return { HOME };
}
