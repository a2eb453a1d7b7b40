/**
 * A start that its configuration does not allow: every problem on stderr, and, since a client often hides what stands
 * there, as the answer to the client's first request too.
 */

import type { Command } from '../config/commands.ts';
import { complaint, sentencesOf } from '../config/complaint.ts';
import { type ConfigNotice, type ConfigProblem, exitCodeOf } from '../config/problems.ts';
import { systemClock } from '../node/clock.ts';
import { from, readLines } from '../node/stdin.ts';
import { print } from '../node/stdio.ts';
import { peek } from '../protocol/message.ts';
import { errorText, Problem } from '../protocol/problem.ts';

/** A client sends its first request at once; whoever else started us is not to wait for longer, in milliseconds. */
const FIRST_REQUEST_MS = 1_000;

/**
 * @param command - the one that was meant; only `serve`, or what nobody understands, may have a client behind it
 * @returns the exit code
 */
export async function refuse(
  problems: readonly ConfigProblem[],
  command: Command | undefined,
  warnings: readonly ConfigNotice[] = [],
): Promise<number> {
  const notices = [...problems, ...warnings];
  print(process.stderr, complaint(notices));
  const mayHaveClient = command === undefined || command === 'serve';
  if (mayHaveClient && !process.stdin.isTTY) await answerFirstRequest(notices);
  return exitCodeOf(problems);
}

async function answerFirstRequest(notices: readonly ConfigNotice[]): Promise<void> {
  const stop = systemClock.after(FIRST_REQUEST_MS, () => process.stdin.destroy());
  for await (const line of readLines(from(process.stdin))) {
    const message = line.is === 'whole' ? peek(new TextDecoder().decode(line.bytes)) : undefined;
    if (message?.kind !== 'request') continue;
    const sentences = sentencesOf(notices).join(' ');
    const problem = new Problem('unreachable', `uc-mcp-bridge is not configured: ${sentences}`, {
      hint: 'Correct the entry of uc-mcp-bridge in the configuration of your client, then restart the client.',
    });
    print(process.stdout, `${errorText(message.id, problem)}\n`);
    break;
  }
  stop();
  process.stdin.destroy();
}
