/**
 * Whether a call goes through a proxy: what curl, undici and Node's own NODE_USE_ENV_PROXY read from the environment, and
 * the networks in CIDR that they leave out and companies write all the same.
 */

import { BlockList, isIP } from 'node:net';

export interface ProxyChoice {
  readonly proxy: URL;
  /** What named it, for the log: `--proxy`, `HTTPS_PROXY`. */
  readonly because: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** By scheme of the address that is asked. Of each pair the lower case wins, as in curl. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  'https:': ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'],
  'http:': ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'],
};

/** Whether `chooseProxy` can find anything but "none": all that is asked where nobody has a proxy. */
export function mentionsProxy(env: Environment): boolean {
  return Object.values(VARIABLES).some((names) => names.some((name) => given(env[name]) !== undefined));
}

/**
 * Loopback is no exception, as in curl and undici: a proxy that must not be asked for it stands beside a NO_PROXY.
 *
 * @param option - what `--proxy` says; it knows no exceptions
 * @returns the proxy; undefined where there is none; or a sentence on a variable that cannot be used
 */
export function chooseProxy(
  origin: string,
  option: string | undefined,
  env: Environment,
): ProxyChoice | string | undefined {
  if (option === 'none') return undefined;
  if (option !== undefined) return { proxy: new URL(option), because: '--proxy' };
  const url = new URL(origin);
  const name = VARIABLES[url.protocol]?.find((candidate) => given(env[candidate]) !== undefined);
  if (name === undefined) return undefined;
  const exceptions = given(env['no_proxy']) ?? given(env['NO_PROXY']) ?? '';
  if (isExcepted(url, exceptions)) return undefined;
  const proxy = proxyUrl(given(env[name]) ?? '');
  return proxy === undefined
    ? `${name} is no address of an HTTP proxy: connecting without it`
    : { proxy, because: name };
}

function given(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text === '' ? undefined : text;
}

/** A part of an address without its escapes; what only looks like one is taken as written. */
export function unescaped(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}

function proxyUrl(text: string): URL | undefined {
  const address = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}

/**
 * NO_PROXY: names, which hold for what is below them too, with or without `.` or `*.` in front; addresses; networks; each
 * with a port or without; or `*` for everything.
 */
function isExcepted({ hostname, port, protocol }: URL, exceptions: string): boolean {
  const host = bare(hostname);
  const hostPort = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return exceptions
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) => entry === '*' || matches(entry.toLowerCase(), host, hostPort));
}

function matches(entry: string, host: string, port: string): boolean {
  const network = /^(.+)\/(\d{1,3})$/.exec(entry);
  if (network) return isWithin(host, bare(network[1] ?? ''), Number(network[2]));
  // A bare IPv6 address is full of colons, and none of them begins a port.
  const [, name = '', only] = isIP(entry) === 6 ? [entry, entry] : (/^(.*?)(?::(\d+))?$/.exec(entry) ?? []);
  if (only !== undefined && only !== port) return false;
  const wanted = bare(name).replace(/^\*?\./, '');
  if (wanted === '') return false;
  if (isIP(wanted) !== 0 && isIP(host) !== 0) return isWithin(host, wanted, isIP(wanted) === 6 ? 128 : 32);
  return host === wanted || (isIP(host) === 0 && host.endsWith(`.${wanted}`));
}

function isWithin(host: string, network: string, bits: number): boolean {
  const [family, other] = [isIP(network), isIP(host)];
  if (family === 0 || other === 0 || bits > (family === 6 ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, bits, family === 6 ? 'ipv6' : 'ipv4');
  return list.check(host, other === 6 ? 'ipv6' : 'ipv4');
}

/** Without the brackets of IPv6, and without the dot that ends a full name. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}
