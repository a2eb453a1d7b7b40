import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { optionTable } from '../src/config/help.ts';
import { readConfig } from '../src/config/read.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const README = join(ROOT, 'README.md');
const readme = readFileSync(README, 'utf8');

/** The text with what stands between two marks replaced. */
function generated(text: string, mark: string, content: string): string {
  const [before = '', rest = ''] = text.split(`<!-- ${mark} -->\n`);
  const [, after = ''] = rest.split(`<!-- /${mark} -->`);
  return `${before}<!-- ${mark} -->\n${content}<!-- /${mark} -->${after}`;
}

/** Every literal text in the code that a person may come to read. */
const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(ROOT, 'src', file), 'utf8'))
  .join('\n');

describe('README.md', () => {
  it('has the option table and the example of the code (npx vitest run test/readme.test.ts -u writes them)', async () => {
    const example = await readFile(join(ROOT, 'claude_desktop_config.example.json'), 'utf8');
    const withOptions = generated(readme, 'options', optionTable());
    await expect(generated(withOptions, 'example', `\`\`\`json\n${example}\`\`\`\n`)).toMatchFileSnapshot(README);
  });

  it('shows configurations that the bridge takes', () => {
    const blocks = [...readme.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => JSON.parse(json));
    expect(blocks).toHaveLength(3);
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
    expect(quoted.length).toBeGreaterThan(15);
    for (const text of quoted) expect(sources, text).toContain(text);
  });

  it('names commands that the package has', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const named = [...readme.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named).toContain('demo');
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
  });
});
