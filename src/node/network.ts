/** What the options and the environment say about the way to the workspace, looked at once when the bridge starts. */

import type { Log } from '../ports.ts';
import type { Network } from './connect.ts';
import { unescaped } from './proxy-choice.ts';

/** The file with authorities cannot be used; the message says why. */
export class CaFileRefused extends Error {
  override readonly name = 'CaFileRefused';
}

export interface NetworkSettings {
  readonly proxy: string | undefined;
  /** Absolute path. */
  readonly caFile: string | undefined;
}

/** @throws CaFileRefused */
export async function readNetwork({ caFile, proxy }: NetworkSettings, log: Log): Promise<Network> {
  if (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    const hint = 'Unset it; an authority of your own is named with --ca-file.';
    log.warn({ hint }, 'NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: certificates are verified all the same');
  }
  if (caFile === undefined) return { proxy, log };
  const { readCaFile } = await import('./trust.ts');
  const authorities = readCaFile(caFile);
  if (typeof authorities === 'string') throw new CaFileRefused(authorities);
  return { proxy, authorities, log };
}

/** What is secret in the addresses of proxies, wherever they are given, however badly they are written. */
export function proxySecrets(option: string | undefined): readonly string[] {
  const named = Object.keys(process.env).filter((name) => name.toLowerCase().endsWith('_proxy'));
  const forms = [option, ...named.map((name) => process.env[name])]
    .flatMap((text) => text ?? [])
    .flatMap((text) => /^\s*(?:[a-z][a-z0-9+.-]*:\/*)?(.*)@/is.exec(text)?.[1] ?? [])
    .flatMap((pair) => [pair, pair.slice(pair.indexOf(':') + 1)])
    .flatMap((text) => [text, text.trim(), unescaped(text), escaped(text)]);
  return [...new Set(forms)];
}

/** As it stands in an address that was parsed. */
function escaped(password: string): string {
  const address = `http://u:${password}@h`;
  return URL.canParse(address) ? new URL(address).password : password;
}
