/** The login of the `az` CLI. */

import { Problem } from '../../protocol/problem.ts';
import { DATABRICKS_APPLICATION } from './azure.ts';
import { lifetimeUntil } from './lifetime.ts';
import type { Mint } from './mint.ts';
import { objectFrom, runFor, tokenOf, wordsOf } from './program.ts';

const NAME = 'az account get-access-token';
const LOGIN = /az login|No subscription found|AADSTS\d+|interaction.?required/i;

export const mint: Mint = async ({ values }, tools, { signal }) => {
  const file = tools.programs.find('az');
  if (file === undefined) {
    throw new Problem('auth', 'The az CLI is not installed, or cannot be run without a shell.', {
      hint: 'Install it (on Windows it is a script, which is not run: use databricks-cli or azure-client-secret).',
    });
  }
  const tenant = values.get('azureTenantId')?.text;
  const login = tenant === undefined ? 'az login' : `az login --tenant ${tenant}`;
  const args = ['account', 'get-access-token', `--resource=${DATABRICKS_APPLICATION}`, '--output=json'];
  if (tenant !== undefined) args.push(`--tenant=${tenant}`);
  const end = await runFor({ name: NAME, file, args }, tools, signal);
  if (end.exitCode !== 0) {
    throw LOGIN.test(end.stderr)
      ? new Problem('auth', `You are not logged in with the az CLI (${wordsOf(end)}).`, {
          hint: `Run \`${login}\`.`,
          hasNoLogin: true,
        })
      : new Problem('auth', `\`${NAME}\` failed with ${wordsOf(end)}`, { hint: `Try \`${login}\`.` });
  }
  const object = objectFrom(end, NAME);
  const token = tokenOf(object, 'accessToken', NAME, `\`${login}\``);
  return { token, lifetimeMs: lifetimeUntil(endOf(object), tools.clock.date()) };
};

/** Seconds since 1970 in newer versions; in older ones only a date of this machine's time zone. */
function endOf({ expires_on: seconds, expiresOn: local }: Readonly<Record<string, unknown>>): number {
  if (Number(seconds) > 0) return Number(seconds) * 1000;
  return typeof local === 'string' ? Date.parse(local.replace(' ', 'T').replace(/(\.\d{3})\d*$/, '$1')) : Number.NaN;
}
