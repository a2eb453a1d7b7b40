/**
 * What comes back, pushed by whoever reads it. Most messages have one answer that nobody looks into on its way, and each
 * generator between server and client would cost it a handful of promises; whoever wants to look iterates all the same.
 */

import type { Delivery } from './correlation.ts';
import type { Deliveries, Sink } from './deliveries.ts';

/** Thrown at the one who pushes: nobody takes the rest. */
export class Left extends Error {
  override readonly name = 'Left';
}

interface Offer {
  readonly delivery: Delivery;
  readonly taken: () => void;
  readonly left: (reason: Left) => void;
}

export class Pushed implements AsyncIterable<Delivery> {
  /** Begins, and pushes everything. To be called once. */
  readonly to: (sink: Sink) => Promise<void>;

  constructor(to: (sink: Sink) => Promise<void>) {
    this.to = to;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Delivery, void, undefined> {
    let offer: Offer | undefined;
    let hasLeft = false;
    let end: { readonly failed: boolean; readonly reason?: unknown } | undefined;
    let wake = () => {};
    const offered = (delivery: Delivery) =>
      new Promise<void>((taken, left) => {
        if (hasLeft) left(new Left());
        offer = { delivery, taken, left };
        wake();
      });
    const ended = this.to(offered)
      .then(
        () => ({ failed: false }),
        (reason: unknown) => ({ failed: true, reason }),
      )
      .then((how) => {
        end = how;
        wake();
      });
    try {
      for (;;) {
        while (offer === undefined && end === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        if (offer === undefined) break;
        const { delivery, taken } = offer as Offer;
        yield delivery;
        offer = undefined;
        taken();
      }
    } finally {
      hasLeft = true;
      (offer as Offer | undefined)?.left(new Left());
      await ended;
    }
    if (end?.failed) throw end.reason;
  }
}

/** Hands everything on, by the shortest way that there is. */
export function handOver(deliveries: Deliveries, sink: Sink): Promise<void> {
  return deliveries instanceof Pushed ? deliveries.to(sink) : handOverEach(deliveries, sink);
}

async function handOverEach(deliveries: Deliveries, sink: Sink): Promise<void> {
  for await (const delivery of deliveries) await sink(delivery);
}
