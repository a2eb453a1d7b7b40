import { closest, distance } from 'fastest-levenshtein';
import { COMMAND_FLAGS, COMMANDS, type CommandRow } from './commands.ts';
import { ALL_OPTIONS } from './options.ts';
import type { ConfigProblem } from './problems.ts';

const FLAGS: readonly string[] = [
  ...ALL_OPTIONS.flatMap(({ flag }) => flag ?? []),
  ...COMMAND_FLAGS.map(({ flag }) => flag),
  ...Object.values<CommandRow>(COMMANDS).flatMap(({ own }) => Object.values(own).map(({ flag }) => flag)),
];

/** Letters that may differ for a flag to be taken for a slip of another: a third of what was typed. */
const SLIP = 1 / 3;

/** All problems as text for stderr: a line for each, then where to read on. Loaded only when there are any. */
export function complaint(problems: readonly ConfigProblem[]): string {
  const lines = problems.map(({ sentence, unknownFlag }) => {
    const meant = unknownFlag === undefined ? undefined : meantBy(unknownFlag);
    return `uc-mcp-bridge: ${sentence}${meant === undefined ? '' : ` Did you mean ${meant}?`}`;
  });
  return `${lines.join('\n')}\nuc-mcp-bridge --help lists every option.\n`;
}

function meantBy(flag: string): string | undefined {
  const name = `--${flag.replace(/^-+/, '').toLowerCase()}`;
  const nearest = closest(name, FLAGS);
  return distance(name, nearest) <= name.length * SLIP ? nearest : undefined;
}
