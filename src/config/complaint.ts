import { distance } from 'fastest-levenshtein';
import { COMMAND_FLAGS, COMMANDS, type CommandRow } from './commands.ts';
import { ALL_OPTIONS } from './options.ts';
import { type ConfigNotice, PREFIX } from './problems.ts';

const FLAGS: readonly string[] = [
  ...ALL_OPTIONS.flatMap(({ flag }) => flag ?? []),
  ...COMMAND_FLAGS.map(({ flag }) => flag),
  ...Object.values<CommandRow>(COMMANDS).flatMap(({ own }) => Object.values(own).map(({ flag }) => flag)),
];

const NAMES: Readonly<Record<'flag' | 'command' | 'variable', readonly string[]>> = {
  flag: FLAGS,
  command: Object.keys(COMMANDS),
  variable: ALL_OPTIONS.map(({ env }) => env).filter((env) => env.startsWith(PREFIX)),
};

/** Letters that may differ for a name to be taken for a slip of another: a third of what was typed. */
const SLIP = 1 / 3;

/** All problems as text for stderr: a line for each, then where to read on. Loaded only when there are any. */
export function complaint(problems: readonly ConfigNotice[]): string {
  const lines = sentencesOf(problems).map((sentence) => `uc-mcp-bridge: ${sentence}`);
  return `${lines.join('\n')}\nuc-mcp-bridge --help lists every option.\n`;
}

/** The sentences, each with the name that was probably meant. */
export function sentencesOf(notices: readonly ConfigNotice[]): string[] {
  return notices.map(({ sentence, unknown }) => {
    const meant = unknown && meantBy(unknown);
    return meant === undefined ? sentence : `${sentence} Did you mean ${meant}?`;
  });
}

function meantBy({ name, type }: Required<ConfigNotice>['unknown']): string | undefined {
  const typed = type === 'flag' ? `--${name.replace(/^-+/, '').toLowerCase()}` : name;
  const measured = NAMES[type].map((candidate) => ({ candidate, slips: slips(typed, candidate) }));
  const nearest = measured.reduce((best, next) => (next.slips < best.slips ? next : best));
  const significant = type === 'variable' ? typed.length - PREFIX.length : typed.length;
  return nearest.slips <= significant * SLIP ? nearest.candidate : undefined;
}

/** Letters in another order are one slip. */
function slips(one: string, other: string): number {
  return distance(one, other) > 1 && [...one].sort().join() === [...other].sort().join() ? 1 : distance(one, other);
}
