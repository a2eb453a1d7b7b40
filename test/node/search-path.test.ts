import { mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { searchFolders } from '../../src/node/search-path.ts';
import { temporaryDirectory } from '../support/temporary.ts';

describe('the folders of PATH (T249)', () => {
  const searched = (folders: readonly string[], cwd: string | undefined, home = '/home/me') =>
    searchFolders({ env: { PATH: folders.join(delimiter) }, cwd, home });

  it('are searched in their order, without relative ones', () => {
    expect(searched(['', '.', 'bin', './bin', '../bin', '~/bin', '/b', '/a'], '/work')).toEqual(['/b', '/a']);
  });

  it('leave out the working directory and what is in it, but not its neighbours', () => {
    const folders = ['/work', '/work/', '/work/.', '/work//bin', '/work/a/../b', '/working', '/work/../other'];
    expect(searched(folders, '/work')).toEqual(['/working', '/work/../other']);
  });

  it.each(['/', '/home/me'])('include what is in %s where that is the working directory', (cwd) => {
    const folder = join(cwd, 'bin');
    expect(searched([folder, cwd], cwd)).toEqual([folder]);
  });

  it('leave out every node_modules/.bin', () => {
    const folders = [
      '/x/node_modules/.bin',
      '/x/node_modules/.bin/',
      '/node_modules/.bin',
      '/x/.bin',
      '/x/node_modules',
    ];
    expect(searched(folders, undefined)).toEqual(['/x/.bin', '/x/node_modules']);
  });

  it('leave out links that lead to any of these, and links in the project', () => {
    const folder = temporaryDirectory();
    const at = (...names: string[]) => join(folder, ...names);
    for (const name of ['project/bin', 'tools', 'x/node_modules/.bin']) mkdirSync(at(name), { recursive: true });
    symlinkSync(at('project/bin'), at('into'));
    symlinkSync(at('x/node_modules/.bin'), at('modules'));
    symlinkSync(at('tools'), at('project/out'));
    symlinkSync(at('project'), at('here'));
    const folders = ['into', 'modules', 'project/out', 'here', 'here/bin', 'tools'].map((name) => at(name));
    for (const cwd of [at('project'), at('here')]) expect(searched(folders, cwd)).toEqual([at('tools')]);
  });
});
