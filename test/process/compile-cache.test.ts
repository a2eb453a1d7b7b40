import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startBridge } from '../support/bridge.ts';
import { startRawWorkspace } from '../support/raw-workspace.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const HAS_CACHE = 'enableCompileCache' in nodeModule;

/** One start up to the answer, and to its end. */
async function start(env: Readonly<Record<string, string>>): Promise<void> {
  const { host } = await startRawWorkspace({});
  const bridge = startBridge({
    args: ['--connection', 'github', '--route', 'managed-mcp'],
    env: { DATABRICKS_HOST: host, DATABRICKS_TOKEN: 'dapi-canary-0123456789', ...env },
  });
  expect(await bridge.initialize()).toHaveProperty('result.serverInfo');
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
}

function emptyHome(): { HOME: string; base: string; folder: string } {
  const HOME = temporaryDirectory();
  const base = join(HOME, '.cache');
  return { HOME, base, folder: join(base, 'uc-mcp-bridge') };
}

test('compiled code is kept for its owner alone, where Node keeps any (T160, T194)', async () => {
  const { HOME, folder } = emptyHome();
  await start({ HOME });
  expect(existsSync(folder)).toBe(HAS_CACHE);
  if (!HAS_CACHE) return;
  expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
  expect(readdirSync(folder)).not.toEqual([]);
  await start({ HOME });
});

test('XDG_CACHE_HOME names the folder above', async () => {
  const { HOME, folder } = emptyHome();
  const XDG_CACHE_HOME = temporaryDirectory();
  await start({ HOME, XDG_CACHE_HOME });
  expect(existsSync(join(XDG_CACHE_HOME, 'uc-mcp-bridge'))).toBe(HAS_CACHE);
  expect(existsSync(folder)).toBe(false);
});

test.each<[string, (home: ReturnType<typeof emptyHome>) => void]>([
  [
    'others can write to it',
    ({ folder }) => {
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, 0o777);
    },
  ],
  [
    'it is a link',
    ({ base, folder }) => {
      mkdirSync(base);
      symlinkSync(temporaryDirectory(), folder);
    },
  ],
])('the folder is not used if %s (T194)', async (_why, prepare) => {
  const home = emptyHome();
  prepare(home);
  await start({ HOME: home.HOME });
  expect(readdirSync(home.folder)).toEqual([]);
});

test('no folder is made if others can write to the one above, or if NODE_DISABLE_COMPILE_CACHE is set (T194)', async () => {
  const open = emptyHome();
  mkdirSync(open.base);
  chmodSync(open.base, 0o777);
  await start({ HOME: open.HOME });
  expect(existsSync(open.folder)).toBe(false);
  const disabled = emptyHome();
  await start({ HOME: disabled.HOME, NODE_DISABLE_COMPILE_CACHE: '1' });
  expect(existsSync(disabled.base)).toBe(false);
});
