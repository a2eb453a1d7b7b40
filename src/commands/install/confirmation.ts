/** Confirmation on a terminal, before `install`, `update` or `uninstall` changes files. */

/** Exit code after the user has said no. */
export const INTERRUPTED = 130;

export const NO_TERMINAL = 'No terminal to confirm on. Use --yes to apply, or --dry-run to preview.';

/** @param yes - the user has agreed by `--yes` already */
export function isInteractive(yes: boolean): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true && !yes;
}

/** Asks once for all changes. @returns false if the user says no, or leaves */
export async function agreed(count: number): Promise<boolean> {
  const { Left, questionsAt } = await import('./questions.ts');
  const questions = questionsAt({ input: process.stdin, output: process.stdout });
  try {
    return await questions.yes(count === 1 ? 'Make this change?' : `Make these ${count} changes?`);
  } catch (error) {
    if (error instanceof Left) return false;
    throw error;
  }
}
