/** How long a token lives, by what its issuer says of it: numbers, texts, dates, nonsense. */

/** Where nothing that makes sense is said. The workspace has the last word on every token anyway. */
const UNKNOWN_MS = 60_000;

/** @param seconds - `expires_in`: a number, or one in a string, as some servers write it */
export function lifetimeOfSeconds(seconds: unknown): number {
  const number = typeof seconds === 'string' && /^\d{1,12}$/.test(seconds) ? Number(seconds) : seconds;
  return typeof number === 'number' && number > 0
    ? Math.min(number, Number.MAX_SAFE_INTEGER / 1000) * 1000
    : UNKNOWN_MS;
}

/** @param date - milliseconds since 1970; a clock that was set since makes nonsense of it */
export function lifetimeUntil(date: number, now: number): number {
  const leftMs = date - now;
  return Number.isFinite(leftMs) && leftMs > 0 ? leftMs : UNKNOWN_MS;
}
