/**
 * Oldest version of each bundled package that has the corrections of its known vulnerabilities, for machines whose
 * registry answers no audit. Raised whenever an advisory concerns a package that is bundled.
 */
export const FLOORS: readonly { readonly name: string; readonly version: string; readonly because: string }[] = [
  {
    name: 'undici',
    version: '7.29.0',
    because: 'CVE-2026-22036, CVE-2026-1525 to -1528, CVE-2026-13697, CVE-2026-16728',
  },
  { name: '@modelcontextprotocol/sdk', version: '1.26.0', because: 'CVE-2026-0621, CVE-2026-25536' },
  { name: 'hono', version: '4.11.4', because: 'two advisories on the verification of signatures' },
  { name: 'cross-spawn', version: '7.0.5', because: 'CVE-2024-21538' },
];

export function isOlder(version: string, floor: string): boolean {
  return version.localeCompare(floor, 'en', { numeric: true }) < 0;
}
