/** The page of all requirements, for docs/requirements.md. */

import type { Requirement } from './requirement.ts';

/** @returns Markdown */
export function requirementsPage(requirements: readonly Requirement[]): string {
  const rows = requirements.map(({ id, notApplicable, priority, says }) => {
    const note = notApplicable === undefined ? '' : ` (not applicable: ${notApplicable})`;
    return `| ${id} | ${priority} | ${`${says}${note}`.replaceAll('|', '\\|').replace(/<(?!br)/g, '\\<')} |`;
  });
  return `# Requirements

What the bridge does under every bad condition. Priority 0 was needed before the first release, 1 before version 1.0, 2 is a wish.
\`npm run requirements\` shows the tests for each. Tests cite the numbers in their titles.

| id | priority | requirement |
|---|---|---|
${rows.join('\n')}
`;
}
