/** The published revisions of MCP. Their names are dates, so that they compare as strings. */

/** Revisions with a handshake, oldest first. */
const LEGACY_VERSIONS: readonly string[] = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];

/** The revision that a legacy peer gets who asks for one that nobody knows. [MCP 2025-11-25, Lifecycle] */
const NEWEST_LEGACY_VERSION = '2025-11-25';

/** The one revision that has batches. [MCP 2025-03-26, basic; taken out again in 2025-06-18] */
export const BATCH_VERSION = '2025-03-26';

/** The one revision in which an error can ask the client to open a page. [MCP 2025-11-25, URLElicitationRequiredError] */
export const URL_ELICITATION_VERSION = '2025-11-25';

/** The first revision without a handshake, and the only modern one whose rules the bridge knows. */
export const MODERN_VERSION = '2026-07-28';

export function isLegacyVersion(version: string): boolean {
  return LEGACY_VERSIONS.includes(version);
}

export function isModernVersion(version: string): boolean {
  return version >= MODERN_VERSION;
}

/** Whether a server that offers these can be spoken to in the modern era, as far as we know it, and in no other. */
export function areModernOnly(versions: readonly string[]): boolean {
  return versions.every(isModernVersion) && versions.includes(MODERN_VERSION);
}

/** The revision of the answer to an `initialize` that asked for `requested`. */
export function legacyVersionFor(requested: unknown): string {
  return LEGACY_VERSIONS.find((version) => version === requested) ?? NEWEST_LEGACY_VERSION;
}
