import { workspaceHost } from '../../databricks/host.ts';
import type { EndpointUrl } from '../config.ts';
import { CONFIGURATION } from '../problems.ts';
import type { Kind, Parsed } from './kind.ts';
import { PATH } from './path.ts';

/** Scheme and authority, then the path. */
const ADDRESS = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)(.*)$/is;

/** Address of an MCP endpoint: a path of the workspace, or a URL on it or on a Databricks App. */
export const URL_KIND: Kind<EndpointUrl> = { metavar: 'URL', exit: CONFIGURATION, isPlace: true, read };

function read(text: string): Parsed<EndpointUrl> {
  const [, origin, path = ''] = ADDRESS.exec(text) ?? [undefined, undefined, text];
  const parsed = PATH.read(path === '' ? '/' : path, { home: '', cwd: '' });
  if (!('value' in parsed)) return parsed;
  if (origin === undefined) return { value: { origin: undefined, path: parsed.value } };
  const host = workspaceHost(origin);
  return typeof host === 'string' ? { wrong: host } : { value: { origin: host.origin, path: parsed.value } };
}
