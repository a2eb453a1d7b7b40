/** A connection before there is anything to send. */

import type { Pool } from 'undici';
import symbols from 'undici/lib/core/symbols.js';
import poolBase from 'undici/lib/dispatcher/pool-base.js';

/** A client of the pool: it has one connection. */
interface Client {
  [connect: symbol]: (onConnected: () => void) => void;
}

/**
 * Has a pool that has no connection yet open one. What is sent next takes it, or waits for it; what is not used is closed
 * as any idle one. Where it fails nobody is told: who sends something tries again, and is.
 */
export function connectAhead(pool: Pool): void {
  const client = (pool as unknown as Record<symbol, () => Client>)[poolBase.kGetDispatcher]?.call(pool);
  client?.[symbols.kConnect]?.(() => {});
}
