/** The governance view of a record: who called what through which connection, and with which outcome. No arguments. Pure. */

import { type Overview, requestIdOf } from './calls.ts';

/** One call; every member is there in every line, empty where nothing is known. */
export interface AuditLine {
  readonly time: string;
  /** Name in the workspace, where the bridge knew it; else the profile; else the host. */
  readonly who: string;
  readonly host: string;
  readonly profile: string;
  /** Connection, service or address, as it was given. */
  readonly connection: string;
  readonly route: string;
  readonly method: string;
  readonly tool: string;
  readonly outcome: string;
  readonly error: string;
  readonly ms: number | '';
  readonly askedBytes: number;
  readonly answeredBytes: number | '';
  readonly attempts: number;
  readonly requestId: string;
  readonly session: number | '';
}

export function auditLines({ calls, runs }: Overview): AuditLine[] {
  return calls.flatMap((call) => {
    const run = runs[call.run];
    if (run === undefined) return [];
    const { header, host = '', profile = '', user } = run;
    const { connection, route, service, url } = header;
    const attempts = call.steps.filter(({ is }) => is === 'attempt');
    return {
      time: new Date(call.atMs).toISOString(),
      who: user ?? (profile || host),
      host,
      profile,
      connection: connection ?? service ?? url ?? '',
      route,
      method: call.method,
      tool: call.tool ?? '',
      outcome: call.outcome,
      error: call.error?.kind ?? '',
      ms: call.tookMs === undefined ? '' : Math.round(call.tookMs * 1000) / 1000,
      askedBytes: call.askedBytes,
      answeredBytes: call.answeredBytes ?? '',
      attempts: attempts.length,
      requestId: requestIdOf(call) ?? '',
      session: attempts.findLast(({ session }) => session !== undefined)?.session ?? '',
    };
  });
}

const COLUMNS = [
  'time',
  'who',
  'host',
  'profile',
  'connection',
  'route',
  'method',
  'tool',
  'outcome',
  'error',
  'ms',
  'askedBytes',
  'answeredBytes',
  'attempts',
  'requestId',
  'session',
] as const satisfies readonly (keyof AuditLine)[];

/** Lines with a head, for a spreadsheet. [RFC 4180] */
export function toCsv(lines: readonly AuditLine[]): string {
  const rows = [COLUMNS, ...lines.map((line) => COLUMNS.map((column) => line[column]))];
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** One line for each call, so that the text can be searched by lines, too. */
export function toJson(lines: readonly AuditLine[]): string {
  if (lines.length === 0) return '[]\n';
  return `[\n${lines.map((line) => printable(JSON.stringify(line))).join(',\n')}\n]\n`;
}

const TABLE = ['time', 'call', 'outcome', 'ms', 'attempts', 'connection', 'who'] as const;

/** Columns for a terminal, with the members that matter first. @param width - of the terminal; lines are cut to it */
export function toTable(lines: readonly AuditLine[], width: number | undefined): string {
  const rows = lines.map(({ attempts, connection, error, method, ms, outcome, time, tool, who }) =>
    [
      `${time.slice(0, 19).replace('T', ' ')}Z`,
      tool || method,
      error === '' || error === outcome ? outcome : `${outcome} (${error})`,
      ms === '' ? '' : ms.toFixed(1),
      String(attempts),
      connection,
      who,
    ].map(printable),
  );
  const widths = TABLE.map((name, column) =>
    rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), name.length),
  );
  const line = (cells: readonly string[]) => {
    const padded = cells.map((text, column) =>
      column === 3 || column === 4 ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0),
    );
    const text = padded.join('  ').trimEnd();
    return width === undefined || text.length <= width ? `${text}\n` : `${text.slice(0, Math.max(1, width - 1))}…\n`;
  };
  return `${[TABLE, ...rows].map(line).join('')}${rows.length === 0 ? 'No calls.\n' : ''}`;
}

/** A server names its tools: a name must not become a formula in whatever program the table is opened with. */
function cell(value: string | number): string {
  const text = printable(String(value));
  // Programs split at semicolons too, depending on the country: what follows one begins a cell there.
  const guarded = typeof value === 'string' ? text.replace(/(^|[;,|])(?=[\s"']*[=+\-@＝＋－＠])/g, "$1'") : text;
  return /[",;\r\n]|^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** Characters that a terminal acts on, or that turn the direction of the text around, are shown as escapes. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    return [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join('');
  });
}
