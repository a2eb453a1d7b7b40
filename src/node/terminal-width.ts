/** Columns of a terminal that text may take. */

/** Piped output does not depend on who reads it. */
const PIPED = 100;
const NARROWEST = 40;
const WIDEST = 120;

export function terminalWidth({ columns, isTTY }: { readonly columns?: number; readonly isTTY?: boolean }): number {
  if (isTTY !== true || columns === undefined || columns === 0) return PIPED;
  return Math.min(Math.max(columns, NARROWEST), WIDEST);
}
