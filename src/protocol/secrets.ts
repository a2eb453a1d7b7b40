/** Knows every secret that is alive in the process, and takes them out of text that is about to be shown. */

/** Shorter values would make ordinary words unreadable, and protect nothing. */
const SHORTEST = 8;
const REDACTED = '[redacted]';
/**
 * How long a secret is known. Those of the configuration are few, and stay. The others replace the oldest of their own kind
 * alone: thousands of session ids must not make the bridge forget its token. A dead one stays known for a while, since an
 * error message may still quote it.
 */
const MOST_OF: Readonly<Record<Lifetime, number>> = { process: Number.POSITIVE_INFINITY, token: 32, session: 16 };

/** A `token` is replaced by the next one, a `session` id by that of the next session. */
export type Lifetime = 'process' | 'token' | 'session';

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
  readonly #known: Readonly<Record<Lifetime, Map<string, Forms | undefined>>> = {
    process: new Map(),
    token: new Map(),
    session: new Map(),
  };

  /** Remembers a secret in every form in which it may turn up. */
  add(secret: string, lifetime: Lifetime = 'process'): void {
    const known = this.#known[lifetime];
    // `Bearer` is none, and what follows it may be quoted alone.
    for (const part of new Set([secret, ...secret.split(/\s+/)])) {
      if (part.length < SHORTEST || this.#known.process.has(part)) continue;
      const forms = known.get(part);
      // Behind the others again: it is the one in use.
      known.delete(part);
      known.set(part, forms);
      const [oldest] = known.keys();
      if (known.size > MOST_OF[lifetime] && oldest !== undefined) known.delete(oldest);
    }
  }

  #forms(): readonly Forms[] {
    return Object.values(this.#known).flatMap((known) =>
      Array.from(known, ([secret, made]) => {
        if (made !== undefined) return made;
        const forms = formsOf(secret);
        known.set(secret, forms);
        return forms;
      }),
    );
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
  const quotable = [...all].filter((form) => form.length >= SHORTEST);
  const whole = [...new Set([...quotable, ...escaped(secret, bytes)])].sort((a, b) => b.length - a.length);
  const pieces = new Set<string>();
  if (/\s/.test(secret)) return { whole, pieces };
  for (const form of quotable) {
    for (let at = 0; at + SHORTEST <= form.length; at++) {
      const piece = form.slice(at, at + SHORTEST);
      if (isTelling(piece)) pieces.add(piece);
    }
  }
  return { whole, pieces };
}

/** Forms in which each character is written with an escape, or those alone that HTML demands. They are found whole only. */
function escaped(secret: string, bytes: string): string[] {
  const each = (text: string, write: (code: number) => string) =>
    Array.from({ length: text.length }, (_, at) => write(text.charCodeAt(at))).join('');
  const inBothCases = (write: (code: number) => string, text: string) => [
    each(text, write),
    each(text, (code) => write(code).replace(/[0-9a-f]+/, (digits) => digits.toUpperCase())),
  ];
  const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0');
  return [
    ...inBothCases((code) => hex(code, 2), bytes),
    ...inBothCases((code) => `%${hex(code, 2)}`, bytes),
    ...inBothCases((code) => `\\u${hex(code, 4)}`, secret),
    ...inBothCases((code) => `&#x${hex(code, 1)};`, secret),
    each(secret, (code) => `&#${code};`),
    ...['&#39;', '&#x27;', '&apos;'].map((quote) => htmlText(secret).replaceAll("'", quote)),
  ];
}

function htmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
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
