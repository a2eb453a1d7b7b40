import { CONFIGURATION } from '../problems.ts';
import type { Kind, Parsed } from './kind.ts';

/** Address of an HTTP proxy, or `none`. */
export const PROXY: Kind<string> = { metavar: 'URL', exit: CONFIGURATION, read };

function read(text: string): Parsed<string> {
  if (text.toLowerCase() === 'none') return { value: 'none' };
  const address = text.includes('://') ? text : `http://${text}`;
  if (/[\s\p{Cc}\\]/u.test(text) || !URL.canParse(address)) return { wrong: WRITTEN_SO };
  const url = new URL(address);
  if (url.protocol.startsWith('socks')) return { wrong: `SOCKS is not spoken here: ${WRITTEN_SO}` };
  const isBare = (url.pathname === '/' || url.pathname === '') && url.search === '' && url.hash === '';
  if (!/^https?:$/.test(url.protocol) || !isBare) return { wrong: WRITTEN_SO };
  return { value: url.href };
}

const WRITTEN_SO = 'give the address of an HTTP proxy, as in http://proxy.example.com:8080, or none.';
