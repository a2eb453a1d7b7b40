/** What may differ between a server and the same one behind front and bridge, and why that is the front's business. */

export interface NamedDifference {
  readonly revision: string;
  readonly scenario: string;
  /** Id of the check. */
  readonly check: string;
  /** Whether it fails, or just does not come to pass. */
  readonly fails: boolean;
  readonly because: string;
}

const HEADERS_STOP_AT_THE_FRONT =
  'stdio carries no headers: Mcp-Method and Mcp-Name are for the front to hold against the body, which this one does not';

export const NAMED_DIFFERENCES: readonly NamedDifference[] = [
  {
    revision: '2025-11-25',
    scenario: 'server-sse-polling',
    check: 'server-sse-disconnect-resume',
    fails: false,
    because: 'the server breaks the stream to the bridge, which takes it up again; the one from the front stays whole',
  },
  {
    revision: '2026-07-28',
    scenario: 'http-header-validation',
    check: 'sep-2243-server-reject-invalid-headers',
    fails: true,
    because: HEADERS_STOP_AT_THE_FRONT,
  },
  {
    revision: '2026-07-28',
    scenario: 'http-header-validation',
    check: 'sep-2243-server-reject-error-code',
    fails: true,
    because: HEADERS_STOP_AT_THE_FRONT,
  },
];
