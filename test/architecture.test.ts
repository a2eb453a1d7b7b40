import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** Which rooms each room may look into, beside itself. Files at the top of src are rooms of their own. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  main: ['compile-cache', 'run'],
  'compile-cache': [],
  run: ['serve', 'commands', 'config', 'node', 'version'],
  serve: ['config', 'databricks', 'node', 'pipeline', 'ports', 'protocol', 'record', 'relay', 'version'],
  pipeline: ['config', 'databricks', 'workspace-client', 'node', 'ports', 'protocol', 'relay', 'sandbox', 'version'],
  commands: [
    'pipeline',
    'config',
    'databricks',
    'workspace-client',
    'node',
    'ports',
    'protocol',
    'record',
    'relay',
    'sandbox',
    'version',
  ],
  'workspace-client': ['config', 'databricks', 'node', 'ports', 'protocol'],
  config: ['databricks', 'ports', 'protocol'],
  databricks: ['ports', 'protocol'],
  node: ['ports', 'protocol'],
  relay: ['ports', 'protocol'],
  record: ['ports', 'protocol'],
  sandbox: [],
  ports: ['protocol'],
  protocol: [],
  version: [],
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map((file) => ({ file, text: readFileSync(join(SRC, file), 'utf8') }));

const roomOf = (file: string) => (file.split(sep)[0] ?? '').replace(/\.ts$/, '');

const imports = files.flatMap(({ file, text }) =>
  [...text.matchAll(/(?:from|import|import\()\s*\(?'(\.[^']+)'/g)].map(([, target = '']) => ({
    from: file,
    to: relative(SRC, normalize(join(SRC, dirname(file), target))),
  })),
);

describe('the rooms of src', () => {
  it('are the ones that the table names', () => {
    expect([...new Set(files.map(({ file }) => roomOf(file)))].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
    expect(imports.length).toBeGreaterThan(files.length);
  });

  it('look only into rooms below them', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [room, other] = [roomOf(from), roomOf(to)];
      return room !== other && !to.startsWith('..') && !MAY_IMPORT[room]?.includes(other);
    });
    expect(wrong).toEqual([]);
  });

  it('leave what is outside src alone, but for the version in package.json', () => {
    expect(imports.filter(({ to }) => to.startsWith('..')).map(({ from }) => from)).toEqual(['version.ts']);
  });

  it('hold no file whose name says nothing', () => {
    expect(files.filter(({ file }) => /\b(?:utils?|helpers?|misc|common|shared|lib)\b/.test(file))).toEqual([]);
  });
});

describe('what runs in serve', () => {
  /** Everything that is loaded without a dynamic import from the given file on. */
  function loadedFrom(start: string): Set<string> {
    const loaded = new Set<string>();
    const visit = (file: string) => {
      if (loaded.has(file)) return;
      loaded.add(file);
      const text = files.find((candidate) => candidate.file === file)?.text ?? '';
      for (const [statement, target = ''] of text.matchAll(/^(?:import|export)\s[^;]*?from\s+'(\.[^']+)'/gms)) {
        if (/^(?:import|export) type /.test(statement)) continue;
        visit(relative(SRC, normalize(join(SRC, dirname(file), target))));
      }
    };
    visit(start);
    return loaded;
  }

  it('does not include sandbox, commands, records, help or complaints', () => {
    const loaded = [...loadedFrom('run.ts'), ...loadedFrom('serve.ts')];
    expect(loaded).toContain(join('relay', 'relay.ts'));
    expect(loaded.filter((file) => /^(?:sandbox|commands|record)|help|complaint/.test(file))).toEqual([]);
  });

  it('ends the process itself only at its end, and writes to stdout from one place (T031, T206)', () => {
    const text = (pattern: RegExp) => files.filter((file) => pattern.test(file.text)).map(({ file }) => file);
    // At the end of serve, whose log may not be read, and after a bug.
    expect(text(/process\.exit\(/)).toEqual(['main.ts', 'run.ts']);
    expect(text(/\bconsole\.\w+\(|from 'dotenv/)).toEqual([]);
    // What a person types prints there, each command its own; for a client, the bridge writes lines.
    const writers = text(/process\.stdout/).filter((file) => !file.startsWith(`commands${sep}`));
    expect(writers.sort()).toEqual(['serve.ts', join('node', 'stdout.ts'), 'run.ts'].sort());
  });

  it('uses no HTTP client that repeats calls by itself (T203)', () => {
    const names = files.flatMap(({ text }) => [...text.matchAll(/from '([^.'][^']*)'/g)].map(([, name]) => name));
    expect(names).toContain('undici/lib/dispatcher/pool.js');
    expect(names.filter((name) => /^(?:got|ky|axios|@databricks\/)|retry/i.test(name ?? ''))).toEqual([]);
  });
});
