import { isAbsolute, win32 } from 'node:path';
import { looksLikeToken } from '../../config/echo.ts';
import { FILE } from '../../config/kinds/file.ts';
import { PROGRAM } from '../../config/kinds/program.ts';
import { OPTIONS, type Option, type Settings } from '../../config/options.ts';
import type { Asked } from '../../config/read.ts';
import type { Entry } from '../clients/client.ts';
import type { Launch } from './launch.ts';

export interface MadeEntry {
  readonly entry: Entry;
  /** What is in it that was not asked for by flag, and what is not, a sentence each. */
  readonly notes: readonly string[];
  /** Why there can be no entry, a sentence each. */
  readonly refusals: readonly string[];
}

/** Kept by few clients for their children, and without them nothing leaves some networks. */
const CARRIED = [
  ...['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy', 'NO_PROXY', 'no_proxy'],
  ...['NODE_EXTRA_CA_CERTS', 'NODE_USE_SYSTEM_CA', 'NODE_USE_ENV_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['DATABRICKS_CLI_PATH', 'AZURE_CONFIG_DIR'],
  // The browser sign-in is stored below it.
  'XDG_STATE_HOME',
];

/** Headers that configure GitHub's server, and hold no credential. */
const HARMLESS_HEADER = /^x-mcp-[a-z-]+$/i;

/** Stands where no connection is given; the bridge knows it for what it is, and says so. */
export const PLACEHOLDER = '<your-connection>';

/** An argument that no client and no shell in between can take for anything else. */
const PLAIN = /^[\w@%+=:,./~*-]+$/;

type Given = Pick<Asked<'install'>, 'config' | 'sources' | 'texts'>;

/**
 * The entry that starts the bridge with the options that are given now: those of flags as arguments, those of the
 * environment as `env`, and as `env` too what has blanks or the like, which some clients take apart. No secret goes in: a
 * client's file is no place for one, and the profile has it.
 */
export function entryFor(
  given: Given,
  { args: first, command, isPortable }: Launch,
  environment: Readonly<Record<string, string | undefined>>,
): MadeEntry {
  const args: string[] = [];
  const env: Record<string, string> = {};
  const notes: string[] = [];
  const refusals: string[] = [];
  for (const [field, texts] of given.texts) {
    const option: Option<unknown> = OPTIONS[field];
    const source = given.sources.get(field) ?? '';
    if (option.secret && field !== 'headers') {
      notes.push(
        `${source} is set here, and is not written: a client's file is no place for a secret. Store it in a profile ` +
          '(databricks configure --profile NAME, or databricks auth login), and give --profile NAME.',
      );
      continue;
    }
    const foreign = field === 'headers' ? texts.filter((text) => !HARMLESS_HEADER.test(nameOf(text))) : [];
    if (foreign.length > 0) {
      refusals.push(
        `The header ${foreign.map(nameOf).join(', ')} may hold a credential, which is written into no file: let the ` +
          'connection carry it, or add it to the entry yourself.',
      );
      continue;
    }
    if (isPortable && texts.some((text) => isPathHere(text, option))) {
      notes.push(
        `${source} names a file of this machine, and is not written into a file that is shared: set ${option.env} where ` +
          'the client is started.',
      );
      continue;
    }
    const values = option.kind === FILE && !isPortable ? [pathOf(given.config, field)] : texts;
    const fromFlag = option.flag !== undefined && source === option.flag;
    if (fromFlag && option.kind.metavar === undefined) {
      args.push(option.flag);
    } else if (fromFlag && values.every((value) => PLAIN.test(value) || value === PLACEHOLDER)) {
      for (const value of values)
        args.push(...(value.startsWith('-') ? [`${option.flag}=${value}`] : [option.flag, value]));
    } else {
      env[option.env] = values.join('\n');
      if (!fromFlag) notes.push(`${option.env} is set here, and goes into the entry, since few clients hand it on.`);
    }
  }
  if (args.includes(PLACEHOLDER)) notes.push('No connection is given: name yours with --connection.');
  for (const name of isPortable ? [] : CARRIED) {
    const value = environment[name]?.trim();
    if (value === undefined || value === '' || name in env) continue;
    if (holdsCredential(value)) {
      notes.push(`${name} is set here and holds a credential: it is not written. Set it where the client is started.`);
    } else {
      env[name] = value;
      notes.push(`${name} is set here, and goes into the entry, since few clients hand it on.`);
    }
  }
  return { entry: { command, args: [...first, ...args], env }, notes, refusals };
}

/** An absolute path of this machine. */
function isPathHere(text: string, { kind }: Option<unknown>): boolean {
  return (kind === FILE || kind === PROGRAM) && (isAbsolute(text) || win32.isAbsolute(text));
}

function pathOf(config: Given['config'], field: keyof Settings): string {
  return String(Object.entries(config).find(([name]) => name === field)?.[1] ?? '');
}

function nameOf(header: string): string {
  return header.slice(0, header.indexOf(':')).trim();
}

export function holdsCredential(value: string): boolean {
  if (looksLikeToken(value)) return true;
  // A proxy may be written without its scheme.
  return /^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/@\s]+@/i.test(value);
}
