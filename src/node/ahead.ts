/** A connection before there is anything to send. */

import type { Pool } from 'undici';
import type symbols from 'undici/lib/core/symbols.js';
import type poolBase from 'undici/lib/dispatcher/pool-base.js';

/** A client of the pool: it has one connection. */
interface Client {
  [connect: symbol]: (onConnected: () => void) => void;
}

/**
 * Has a pool that has no connection yet open one. What is sent next takes it, or waits for it; what is not used is closed
 * as any idle one. Where it fails nobody is told: who sends something tries again, and is.
 */
export function connectAhead(pool: Pool): void {
  // Not imported: the bundle wraps each of the seventy members of what is, at every start, and most starts need none.
  const { kConnect }: typeof symbols = require('undici/lib/core/symbols.js');
  const { kGetDispatcher }: typeof poolBase = require('undici/lib/dispatcher/pool-base.js');
  const client = (pool as unknown as Record<symbol, () => Client>)[kGetDispatcher]?.call(pool);
  client?.[kConnect]?.(() => {});
}
