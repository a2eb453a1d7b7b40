import type { RouteReport } from './routes.ts';

/** A route that works, in one line. */
export function describeRoute(report: RouteReport): string {
  const { answersAsEvents, isTranslated, keepsSession, listBytes, modern, roundTripMs, server, streams } = report;
  const parts = [
    server,
    isTranslated ? `2026-07-28 only, translated for clients of ${report.version}` : report.version,
    keepsSession ? 'session' : 'no session',
    `${report.tools.length} tools in ${listBytes.toLocaleString('en')} bytes`,
    streams && answersAsEvents ? 'streams' : 'answers whole',
    ...(report.standingStream === 'open' ? ['standing stream'] : []),
    { yes: '2026-07-28 gets through', no: 'headers of 2026-07-28 are lost', 'not spoken': 'no 2026-07-28' }[modern],
    roundTripMs === undefined ? 'a ping is not answered' : `${roundTripMs.toFixed(1)} ms a round trip`,
  ];
  return parts.join(', ');
}
