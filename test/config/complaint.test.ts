import { expect, it } from 'vitest';
import { complaint } from '../../src/config/complaint.ts';
import { readConfig } from '../../src/config/read.ts';

function stderrOf(...argv: readonly string[]): string {
  const reading = readConfig(['--sandbox', ...argv], {}, { home: '/home/ada', cwd: '/project' });
  return 'problems' in reading ? complaint(reading.problems) : '';
}

it.each([
  ['--conection', '--connection'],
  ['--Host', '--host'],
  ['--CONNECTION', '--connection'],
  ['-host', '--host'],
  ['--headers', '--header'],
  ['--timeout-request', '--request-timeout'],
  ['--josn', '--json'],
  ['--log_level', '--log-level'],
  ['--helpp', '--help'],
  ['--versoin', '--version'],
  ['--zzz', undefined],
])('an unknown %s is met with %s', (flag, meant) => {
  const [line] = stderrOf(flag).split('\n');
  expect(line).toContain(`uc-mcp-bridge: ${flag} is not a flag.`);
  expect(/Did you mean (\S+)\?$/.exec(line ?? '')?.[1]).toBe(meant);
});

it('has a line for each problem, in their order, and then points to --help', () => {
  expect(stderrOf('--zzz', '--path', 'x', '--log-level', 'loud').split('\n')).toEqual([
    'uc-mcp-bridge: --zzz is not a flag.',
    expect.stringMatching(/^uc-mcp-bridge: --path "x": /),
    expect.stringMatching(/^uc-mcp-bridge: --log-level "loud": /),
    'uc-mcp-bridge --help lists every option.',
    '',
  ]);
});

it('suggests no flag for a token', () => {
  expect(stderrOf('--token', 'x')).not.toContain('Did you mean');
});
