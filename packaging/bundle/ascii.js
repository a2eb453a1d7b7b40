/**
 * Every other character as an escape: a file with a single one beyond Latin-1 is held in two bytes for each character, and
 * takes longer to be read and compiled.
 *
 * @returns a rolldown plugin; of minified code, in which such characters stand in strings and patterns only
 */
export function asciiOnly() {
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return {
    name: 'ascii-only',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk') file.code = file.code.replace(/[\u0080-\uffff]/g, escaped);
      }
    },
  };
}
