import { describe, expect, it } from 'vitest';
import { PLACES } from './files.ts';
import { home } from './home.ts';

const ARGS = ['--connection', 'github_u2m_connection'];

/** Another server's values, each with the same word, in the places where people keep secrets. */
const WORDS = ['"--api-key", "sesame"', '"postgres://me:sesame@db/x"', '"https://x.example/mcp?key=sesame"'].join(', ');
const OTHERS = {
  json: `{
  "mcpServers": {
    "other": { "command": "sesame", "args": [${WORDS}], "env": { "PLAIN": "sesame" } }
  }
}
`,
  toml: `[mcp_servers.other]\ncommand = "sesame"\nargs = [${WORDS}]\nenv = { PLAIN = "sesame" }\n`,
  yaml: `extensions:\n  other:\n    cmd: sesame\n    args: [${WORDS}]\n    envs:\n      PLAIN: sesame\n`,
};
const textFor = (kind: string, at: string) => {
  if (kind === 'toml' || kind === 'yaml') return OTHERS[kind];
  return OTHERS.json.replace('mcpServers', at);
};
const LAYOUTS: Readonly<Record<string, (text: string, kind: string) => string>> = {
  'on lines of their own': (text) => text,
  'on one line': (text, kind) => {
    if (kind === 'toml') return `mcp_servers.other = { command = "sesame", args = [${WORDS}] }\n`;
    if (kind === 'yaml') return `extensions: {other: {cmd: sesame, args: [${WORDS}]}}\n`;
    return text.replace(/\n\s*/g, '');
  },
  'under the name that is wanted': (text) => text.replaceAll('other', 'github'),
  'that break off': (text, kind) => `${text}${kind === 'yaml' ? 'x: *sesame\n' : 'sesame'}`,
};

describe('install and uninstall print no value of another server (T223)', () => {
  it.each(Object.entries(LAYOUTS))('%s', async (_, laidOut) => {
    const { read, run, write } = home();
    for (const { at, file, kind } of Object.values(PLACES)) write(file, laidOut(textFor(kind, at), kind));
    const before = read(PLACES.cursor.file);
    const installed = await run(['install', '--yes', ...ARGS]);
    const preview = await run(['install', '--dry-run', ...ARGS, '--read-only']);
    // What was added since keeps uninstall from going back to the file of before.
    for (const { file, kind } of Object.values(PLACES)) write(file, `${read(file)}${/ml/.test(kind) ? '# x\n' : '\n'}`);
    const gone = await run(['uninstall', '--yes']);
    const printed = [installed, preview, gone].map(({ stderr, stdout }) => stdout + stderr).join('\n');
    expect(printed).not.toContain('sesame');
    expect(printed).toContain(PLACES.goose.file);
    expect(read(PLACES.cursor.file).trimEnd()).toBe(before.trimEnd());
  });

  it('covers what a person has added to our own entry', async () => {
    const { read, run, write } = home();
    const { file } = PLACES.cursor;
    await run(['install', '--yes', '--client', 'cursor', ...ARGS]);
    const added = '"env": { "GITHUB_TOKEN": "sesame" }, "args": ["--api-key", "sesame", "--header", "X: sesame", ';
    write(
      file,
      read(file).replace('"args": [', '"note": "sesame", "args": [').replace('main.js",', 'main.js", "sesame",'),
    );
    write(file, read(file).replace(/"note"/, `${added.slice(0, added.indexOf('"args"'))}"note"`));
    const again = await run(['install', '--yes', '--client', 'cursor', '--connection', 'other']);
    const gone = await run(['uninstall', '--yes']);
    expect(again.stdout).toMatch(/^- .*"--connection", "github_u2m_connection"/m);
    expect(again.stdout).toMatch(/^\+ .*"--connection", "other"/m);
    expect(again.stdout + gone.stdout).not.toContain('sesame');
  });

  it('shows the entry that it writes, in the form of each client', async () => {
    const { read, run } = home();
    const clients = Object.keys(PLACES).flatMap((name) => ['--client', name]);
    const { stdout } = await run(['install', '--yes', ...clients, ...ARGS]);
    for (const { file } of Object.values(PLACES)) {
      for (const line of read(file).trimEnd().split('\n')) expect(stdout).toContain(`+ ${line}\n`);
    }
  });
});
