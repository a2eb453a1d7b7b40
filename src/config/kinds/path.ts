import { CONFIGURATION } from '../problems.ts';
import type { Kind, Parsed } from './kind.ts';

const LIMIT_CHARS = 1024;

/**
 * The unreserved characters of RFC 3986, section 2.3, and nothing else: what needs no encoding means the same to every
 * proxy on the way, however often one of them decodes it.
 */
const SEGMENTS = /^\/(?:[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*\/?)?$/;

/** Two dots lead out of the base path; one, or three, are read in more than one way. */
const ONLY_DOTS = /\/\.+(?:\/|$)/;

/** Path below the base path of a connection. [T177] */
export const PATH: Kind<string> = { metavar: 'PATH', exit: CONFIGURATION, read };

function read(text: string): Parsed<string> {
  if (text.length > LIMIT_CHARS) return { wrong: `a path has at most ${LIMIT_CHARS} characters.` };
  if (!text.startsWith('/')) return { wrong: 'a path begins with "/", and is neither an address nor relative.' };
  if (ONLY_DOTS.test(text)) return { wrong: 'a path has no segment made of dots: it must stay below its base path.' };
  if (!SEGMENTS.test(text)) {
    return {
      wrong: 'between single slashes, a path is made of A-Z, a-z, 0-9, "-", ".", "_" and "~"; it has no query.',
    };
  }
  return { value: text };
}
