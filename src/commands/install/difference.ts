import { createTwoFilesPatch } from 'diff/lib/patch/create.js';
import { looksLikeToken } from '../../config/echo.ts';

const NONE = '/dev/null';

/** A unified diff of a file, with what may be a secret of another server's entry covered. */
export function difference(file: string, before: string | undefined, after: string | undefined): string {
  const patch = createTwoFilesPatch(
    before === undefined ? NONE : file,
    after === undefined ? NONE : file,
    before ?? '',
    after ?? '',
    '',
    '',
    { context: 3, headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true } },
  );
  // A line that is new is ours, unless it is another's that has got a comma.
  const foreign = new Set((before ?? '').split('\n').map(bare));
  const isOurs = (line: string) => line.startsWith('+') && foreign.size > 1 && !foreign.has(bare(line.slice(1)));
  return patch
    .split('\n')
    .map((line) => line.replace(/[\t\r]+$/, ''))
    .map((line) => (isOurs(line) || (before ?? '').trim() === '' ? line : covered(line)))
    .join('\n');
}

function bare(line: string): string {
  return line.trim().replace(/,$/, '');
}

/** A name that says that its value is a secret, then the value, in JSON, TOML or YAML. */
const NAMED =
  /([\w.-]*(?:token|secret|passw|api[_-]?key|_key\b|_pat\b|credential|authorization)[\w.-]*["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,}]+)/gi;
/** Runs that only a key or a hash has. */
const OPAQUE = /(?<![\w/\\.-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{24,}(?![\w/\\.-])/g;
const BEARER = /\b(Bearer|Basic)\s+[^\s"',]+/gi;

function covered(line: string): string {
  return line
    .replace(BEARER, '$1 ***')
    .replace(NAMED, '$1"***"')
    .replace(OPAQUE, '***')
    .split(/(["'\s,])/)
    .map((word) => (looksLikeToken(word) ? '***' : word))
    .join('');
}

const SGR: Readonly<Record<string, number>> = { '+': 32, '-': 31, '@': 36 };

export function coloured(patch: string): string {
  return patch
    .split('\n')
    .map((line) => {
      const colour = SGR[line[0] ?? ''];
      return colour === undefined ? line : `\u001b[${colour}m${line}\u001b[0m`;
    })
    .join('\n');
}
