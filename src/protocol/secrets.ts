/** Knows every secret that is alive in the process, and takes them out of text that is about to be shown. */

/** Shorter values would make ordinary words unreadable, and protect nothing. */
const SHORTEST = 8;
const REDACTED = '[redacted]';

export class Secrets {
  readonly #forms = new Set<string>();

  /** Remembers a secret in every form in which it may turn up. */
  add(secret: string): void {
    if (secret.length < SHORTEST) return;
    const bytes = Array.from(new TextEncoder().encode(secret), (byte) => String.fromCharCode(byte)).join('');
    const base64 = btoa(bytes).replace(/=+$/, '');
    const inJson = JSON.stringify(secret).slice(1, -1);
    for (const form of [
      secret,
      encodeURIComponent(secret),
      base64,
      base64.replaceAll('+', '-').replaceAll('/', '_'),
      inJson,
    ]) {
      this.#forms.add(form);
    }
  }

  scrub(text: string): string {
    let clean = text;
    for (const form of this.#forms) {
      if (clean.includes(form)) clean = clean.replaceAll(form, REDACTED);
    }
    return clean;
  }
}
