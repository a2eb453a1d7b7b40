/** An OIDC token that stands in a file, which whoever issues it writes anew before it ends. */

import { open } from 'node:fs/promises';
import { Problem } from '../../protocol/problem.ts';
import type { Mint } from './mint.ts';
import { discover } from './token-endpoint.ts';
import { exchangeToken } from './token-exchange.ts';

const LIMIT_BYTES = 64 * 1024;

export const mint: Mint = async (workspace, tools, { signal }) => {
  const file = workspace.values.get('oidcTokenFile')?.text ?? '';
  const token = await tokenIn(file);
  const endpoint = await discover(workspace.origin, tools, signal);
  return exchangeToken(endpoint, token, file, workspace, tools, signal);
};

async function tokenIn(file: string): Promise<string> {
  const hint = 'Check DATABRICKS_OIDC_TOKEN_FILEPATH.';
  try {
    const handle = await open(file, 'r');
    try {
      const stats = await handle.stat();
      // A pipe could keep the reader waiting for ever.
      if (!stats.isFile()) throw new Error('it is no regular file');
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(LIMIT_BYTES), 0, LIMIT_BYTES, 0);
      const text = buffer.toString('utf8', 0, bytesRead).trim();
      if (text === '') throw new Error('it is empty');
      return text;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const reason = cause instanceof Error ? ('code' in cause ? cause.code : cause.message) : cause;
    throw new Problem('auth', `The OIDC token in ${file} cannot be read (${reason}).`, { hint }, cause);
  }
}
