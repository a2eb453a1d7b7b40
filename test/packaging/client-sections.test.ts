import { expect, it } from 'vitest';
import { clientSections, example } from '../../packaging/client-sections.ts';
import { ENTRY, NAME } from '../../packaging/links.ts';
import { startedBy } from '../../src/commands/clients/client.ts';
import { ALL_CLIENTS } from '../../src/commands/clients/clients.ts';
import { valueAt } from '../../src/commands/clients/formats/format.ts';

it.each(ALL_CLIENTS)('the example for $name is read by that client as the entry', ({ client }) => {
  const reading = client.format.read(example(client));
  const content = 'content' in reading ? reading.content : undefined;
  expect(startedBy(valueAt(content, [...client.container(content), NAME]))).toEqual({
    command: ENTRY.command,
    args: ENTRY.args,
  });
});

it('every client has a section that opens and closes, and names files of nobody’s machine', () => {
  const text = clientSections();
  expect(text.match(/<details>/g)).toHaveLength(ALL_CLIENTS.length);
  expect(text.match(/<\/details>/g)).toHaveLength(ALL_CLIENTS.length);
  expect(text).toContain('`~/Library/Application Support/Claude/claude_desktop_config.json` on macOS');
  expect(text).toContain('`%APPDATA%\\Claude\\claude_desktop_config.json` on Windows');
  expect(text).not.toMatch(/\/project\/|\/~/);
});
