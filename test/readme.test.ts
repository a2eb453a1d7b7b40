import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { clientSections } from '../packaging/client-sections.ts';
import { ROUTES } from '../src/config/config.ts';
import { commandTable, optionTable } from '../src/config/help.ts';
import { readConfig } from '../src/config/read.ts';
import { rows } from '../src/databricks/faults/table.ts';
import { chooseRoute } from '../src/databricks/routes/choose.ts';
import { connectionTarget, endpointTarget, serviceTarget, type Target } from '../src/databricks/targets.ts';
import type { Route } from '../src/ports.ts';
import { heardOf } from './databricks/faults/example.ts';
import { onlyOf } from './databricks/faults/meaning.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const README = join(ROOT, 'README.md');
const readme = readFileSync(README, 'utf8');
const pathOf = (name: string) => join(ROOT, 'docs', name);
const doc = (name: string) => readFile(pathOf(name), 'utf8');

/** The text with what stands between two marks replaced. */
function generated(text: string, mark: string, content: string): string {
  const [before = '', rest = ''] = text.split(`<!-- ${mark} -->\n`);
  const [, after = ''] = rest.split(`<!-- /${mark} -->`);
  return `${before}<!-- ${mark} -->\n${content}<!-- /${mark} -->${after}`;
}

/** What each route carries, as the routes themselves say. */
function routeTable(): string {
  const connection = 'NAME';
  const access = { origin: '', token: '' };
  const routes: readonly [option: string, route: Route][] = [
    ...ROUTES.map((route): [string, Route] => [
      `\`--route ${route}\``,
      chooseRoute({ connection, url: undefined, service: undefined, route, path: '/PATH' }, ''),
    ]),
    [
      '`--service`',
      chooseRoute(
        { connection: undefined, url: undefined, service: 'CATALOG.SCHEMA.NAME', route: 'managed-mcp', path: '/' },
        '',
      ),
    ],
  ];
  const rows = routes.map(([option, route]) => {
    const { path } = route.wrap({ method: 'POST', headers: {}, text: '{}' }, access);
    const streams = route.streams ? 'as it arrives' : 'whole';
    const standing = route.streams ? 'yes, where the server has it' : 'no';
    const cell = [option, `\`${path}\``, streams, standing, standing, `${route.limitBytes / 1024 / 1024} MiB`];
    return `| ${cell.join(' | ')} |`;
  });
  const head = [
    'route',
    'address',
    'body of an answer',
    'messages outside of answers',
    'requests of the server',
    'longest request',
  ];
  return `| ${head.join(' | ')} |\n|${'---|'.repeat(head.length)}\n${rows.join('\n')}\n`;
}

function targetFor(fault: string): Target {
  switch (onlyOf(fault)) {
    case 'service':
      return serviceTarget('CATALOG.SCHEMA.NAME');
    case 'endpoint':
      return endpointTarget('PATH');
    default:
      return connectionTarget('NAME');
  }
}

/** What each refusal of the workspace is told as, by the code that tells it. */
function faultTable(): string {
  const cells = rows().map(({ name }) => {
    const target = targetFor(name);
    const problem = heardOf(name, { origin: 'https://WORKSPACE', target, workspaceId: 'ID' })?.problem;
    return [problem?.message ?? '', problem?.hint ?? ''].map((text) =>
      text.replaceAll('|', '\\|').replace(/`[^`]*`|</g, (piece) => (piece === '<' ? '\\<' : piece)),
    );
  });
  // One that differs from another only by how it is recognised is told once.
  const lines = new Set(cells.map((cell) => `| ${cell.join(' | ')} |`));
  return `| it says | and what to do |\n|---|---|\n${[...lines].join('\n')}\n`;
}

/** Every literal text in the code that a person may come to read. */
const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(ROOT, 'src', file), 'utf8'))
  .join('\n');

/** The options that the README shows; docs/options.md has all. */
const TOP_OPTIONS = [
  '--connection',
  '--service',
  '--host',
  '--profile',
  '--route',
  '--read-only',
  '--toolsets',
  '--request-timeout',
  '--log-file',
  '--record',
];

describe('README.md and docs', () => {
  it('have the tables of the code (npx vitest run test/readme.test.ts -u writes them)', async () => {
    const example = await readFile(join(ROOT, 'claude_desktop_config.example.json'), 'utf8');
    const withOptions = generated(readme, 'top options', optionTable(TOP_OPTIONS));
    const withCommands = generated(withOptions, 'commands', commandTable());
    await expect(generated(withCommands, 'example', `\`\`\`json\n${example}\`\`\`\n`)).toMatchFileSnapshot(README);
    const options = generated(await doc('options.md'), 'options', optionTable());
    await expect(generated(options, 'routes', routeTable())).toMatchFileSnapshot(pathOf('options.md'));
    await expect(generated(await doc('clients.md'), 'clients', clientSections())).toMatchFileSnapshot(
      pathOf('clients.md'),
    );
    await expect(generated(await doc('errors.md'), 'faults', faultTable())).toMatchFileSnapshot(pathOf('errors.md'));
  });

  it('fit: the README has at most 320 lines', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(320);
  });

  it('shows configurations that the bridge takes', () => {
    const blocks = [...readme.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => JSON.parse(json));
    expect(blocks).toHaveLength(2);
    for (const { mcpServers } of blocks) {
      const { args, env = {} } = mcpServers.github;
      const own = args.slice(args.findIndex((arg: string) => /^uc-mcp-bridge|dist\/main\.js$/.test(arg)) + 1);
      const reading = readConfig(own, env, { home: '/home/me', cwd: '/' });
      const problems = 'problems' in reading ? reading.problems.map(({ sentence }) => sentence) : [];
      expect(problems.filter((sentence) => !/replace the placeholder/.test(sentence))).toEqual([]);
    }
  });

  it('quotes errors that the code can say', () => {
    const [, section = ''] = /## Troubleshooting\n(.*?)\n## /s.exec(readme) ?? [];
    const quoted = [...section.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text),
    );
    expect(quoted.length).toBeGreaterThan(8);
    for (const text of quoted) expect(sources, text).toContain(text);
  });

  it('names commands that the package has', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const named = [...readme.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named).toContain('demo');
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
  });
});
