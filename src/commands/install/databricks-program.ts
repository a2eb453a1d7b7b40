import { dirname } from 'node:path';
import { OPTIONS } from '../../config/options.ts';
import type { Asked } from '../../config/read.ts';
import { readProfile } from '../../databricks/profile.ts';
import type { Machine } from '../clients/machine.ts';
import { programOnPath } from './own-command.ts';

/** Where the bridge looks even with a bare PATH. */
const FOUND_ANYWAY = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];

/**
 * The variable that says where the `databricks` CLI is, for a profile that may need it to sign in: a client that is no
 * terminal does not find it in the folders of its installers.
 */
export async function databricksFor(
  { config, texts }: Pick<Asked<'install'>, 'config' | 'texts'>,
  machine: Machine,
): Promise<Readonly<Record<string, string>>> {
  if (config.sandbox || texts.has('cliPath')) return {};
  const named = texts.get('profile')?.[0];
  const profile = await readProfile(config.configFile, named).catch(() => undefined);
  const own = ['token', 'client_secret', 'azure_client_secret'];
  if (profile === undefined || own.some((key) => profile.values.has(key))) return {};
  const file = programOnPath('databricks', machine);
  return file === undefined || FOUND_ANYWAY.includes(dirname(file)) ? {} : { [OPTIONS.cliPath.env]: file };
}
