/** The classes of Unicode take a part of every start to be made ready, and hardly any text needs them. */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** Whether a text has no line breaks and no other control characters. */
export function isOneLine(text: string): boolean {
  return PRINTABLE_ASCII.test(text) || !/\p{Cc}/u.test(text);
}
