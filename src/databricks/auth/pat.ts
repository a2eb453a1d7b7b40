/** A personal access token, or any other bearer token that was given to us: used as it is. */

import type { Mint } from './mint.ts';

export const mint: Mint = async ({ values }) => ({ token: values.get('token')?.text ?? '', lifetimeMs: undefined });
