import { expect, it } from 'vitest';
import { ASKING_ENTRY, badges, ENTRY, links, NAME } from '../../packaging/links.ts';
import { readConfig } from '../../src/config/read.ts';

function urlOf(client: string): URL {
  const link = links().find((other) => other.client === client);
  if (link === undefined) throw new Error(`there is no link for ${client}`);
  return new URL(link.url);
}

const fromBase64 = (text: string | null) => JSON.parse(Buffer.from(text ?? '', 'base64').toString());

it.each(['VS Code', 'VS Code Insiders'])('the link for %s gives the entry, and what it has to ask for', (client) => {
  const { searchParams } = urlOf(client);
  expect(searchParams.get('name')).toBe(NAME);
  expect(JSON.parse(searchParams.get('config') ?? '')).toEqual(ASKING_ENTRY);
  const asked = JSON.parse(searchParams.get('inputs') ?? '').map(({ id }: { id: string }) => `\${input:${id}}`);
  expect(ASKING_ENTRY.args).toEqual(expect.arrayContaining(asked));
  expect(searchParams.get('quality')).toBe(client === 'VS Code' ? null : 'insiders');
});

it('the link for Visual Studio gives the entry with its name', () => {
  const entry = JSON.parse(decodeURIComponent(urlOf('Visual Studio').search.slice(1)));
  expect(entry).toMatchObject({ name: NAME, ...ASKING_ENTRY });
});

it.each(['Cursor', 'LM Studio'])('the link for %s gives the entry in base64', (client) => {
  const { searchParams } = urlOf(client);
  expect(searchParams.get('name')).toBe(NAME);
  expect(fromBase64(searchParams.get('config'))).toEqual(ENTRY);
  expect(links().find((link) => link.client === client)?.url).not.toMatch(/=[^&]*[=+/][^&]*$/);
});

it('the link for Kiro gives the entry as JSON', () => {
  expect(JSON.parse(urlOf('Kiro').searchParams.get('config') ?? '')).toEqual(ENTRY);
});

it('the link for Goose gives the entry word by word, with a command that Goose allows', () => {
  const { searchParams } = urlOf('Goose');
  expect([searchParams.get('cmd'), ...searchParams.getAll('arg')]).toEqual(['npx', ...ENTRY.args]);
  expect(searchParams.get('timeout')).toBe('300');
});

it('what the links start is taken by the bridge, but for the placeholder', () => {
  const reading = readConfig(ENTRY.args.slice(2), {}, { home: '/', cwd: '/' });
  const problems = 'problems' in reading ? reading.problems.map(({ sentence }) => sentence) : [];
  expect(problems).toEqual([expect.stringContaining('replace the placeholder "<your-connection>"')]);
  const answered = ASKING_ENTRY.args.slice(2).map((arg) => arg.replace(/^\$\{input:(.*)\}$/, '$1'));
  expect(readConfig(answered, {}, { home: '/', cwd: '/' })).toMatchObject({ config: { connection: 'connection' } });
});

it('every badge is an image in a link, on one line that Markdown takes', () => {
  const lines = badges().trimEnd().split('\n');
  expect(lines).toHaveLength(links().length);
  for (const line of lines) expect(line).toMatch(/^\[!\[Install in [\w ]+\]\(https:[^\s()]+\)\]\(https:[^\s()<>]+\)$/);
});

it('the link and the image of Goose lead to its documentation of today', () => {
  const goose = links().find(({ client }) => client === 'Goose');
  for (const url of [goose?.url, goose?.image]) expect(url).toMatch(/^https:\/\/goose-docs\.ai\//);
});
