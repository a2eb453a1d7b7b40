/** Knows every secret that is alive in the process, and takes them out of text that is about to be shown. */

/** Shorter values would make ordinary words unreadable, and protect nothing. */
const SHORTEST = 8;
const REDACTED = '[redacted]';
/** Secrets that are known at a time: a bridge that runs for months gets a new token every hour. */
const MOST = 64;
/** Those that came first are the configuration's, and stay. */
const STAYING = 16;
/** How much of a text is searched for pieces of secrets: nothing that is shown quotes what comes later. */
const SEARCHED_CHARS = 64 * 1024;

interface Forms {
  /** The secret as it may turn up. */
  readonly whole: readonly string[];
  /** Every run of the shortest length within them that words of a language do not have. */
  readonly pieces: ReadonlySet<string>;
}

export class Secrets {
  /** Forms are made when a text is scrubbed: nothing is before the first answer, which would have to wait for them. */
  readonly #known = new Map<string, Forms | undefined>();

  /** Remembers a secret in every form in which it may turn up. */
  add(secret: string): void {
    // `Bearer` is none, and what follows it may be quoted alone.
    for (const part of new Set([secret, ...secret.split(/\s+/)])) {
      if (part.length < SHORTEST || this.#known.has(part)) continue;
      if (this.#known.size >= MOST) this.#forgetOldest();
      this.#known.set(part, undefined);
    }
  }

  #forms(): readonly Forms[] {
    return Array.from(this.#known, ([secret, made]) => {
      if (made !== undefined) return made;
      const forms = formsOf(secret);
      this.#known.set(secret, forms);
      return forms;
    });
  }

  #forgetOldest(): void {
    const oldest = [...this.#known.keys()][STAYING];
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  scrub(text: string): string {
    const known = this.#forms();
    let clean = text;
    for (const { whole } of known) {
      for (const form of whole) if (clean.includes(form)) clean = clean.replaceAll(form, REDACTED);
    }
    for (const { pieces } of known) clean = withoutPieces(clean, pieces);
    return clean;
  }
}

function formsOf(secret: string): Forms {
  const bytes = Array.from(new TextEncoder().encode(secret), (byte) => String.fromCharCode(byte)).join('');
  // In base64 it looks different in each of the three places that it can have behind something else.
  const encoded = [0, 1, 2].map((before) =>
    btoa(`${' '.repeat(before)}${bytes}`)
      .slice([0, 2, 3][before])
      .replace(/.?=+$/, ''),
  );
  const base64 = btoa(bytes).replace(/=+$/, '');
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64, ...encoded];
  const all = new Set(forms.flatMap((form) => [form, inUrl(form)]));
  const whole = [...all].filter((form) => form.length >= SHORTEST).sort((a, b) => b.length - a.length);
  const pieces = new Set<string>();
  if (/\s/.test(secret)) return { whole, pieces };
  for (const form of whole) {
    for (let at = 0; at + SHORTEST <= form.length; at++) {
      const piece = form.slice(at, at + SHORTEST);
      if (isTelling(piece)) pieces.add(piece);
    }
  }
  return { whole, pieces };
}

/** base64 in the alphabet that URLs can carry. [RFC 4648, 5] */
function inUrl(base64: string): string {
  return /^[\w+/]+$/.test(base64) ? base64.replaceAll('+', '-').replaceAll('/', '_') : base64;
}

/** Words have no digits, and their capitals in front. What JSON escapes is left out, so that no half of an escape stays. */
function isTelling(piece: string): boolean {
  if (/["\\]/.test(piece)) return false;
  return /\d/.test(piece) || (/[a-z][A-Z]/.test(piece) && /[A-Z].*[A-Z]/.test(piece));
}

function withoutPieces(text: string, pieces: ReadonlySet<string>): string {
  const last = Math.min(text.length, SEARCHED_CHARS) - SHORTEST;
  let clean = '';
  let kept = 0;
  for (let at = 0; at <= last; at++) {
    if (!pieces.has(text.slice(at, at + SHORTEST))) continue;
    let end = at + SHORTEST;
    while (pieces.has(text.slice(end + 1 - SHORTEST, end + 1))) end++;
    clean += text.slice(kept, at) + REDACTED;
    kept = end;
    at = end - 1;
  }
  return kept === 0 ? text : clean + text.slice(kept);
}
