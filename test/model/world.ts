/** The real relay between a client and a far end that are models, with time and order in the test's hand. */

import { ok } from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type fc from 'fast-check';
import { chooseRoute } from '../../src/databricks/routes/choose.ts';
import { Secrets } from '../../src/protocol/secrets.ts';
import { Budget } from '../../src/relay/budget.ts';
import { Echoes } from '../../src/relay/echoes.ts';
import type { Emit } from '../../src/relay/handler.ts';
import { Negotiation } from '../../src/relay/negotiation.ts';
import { Pacing } from '../../src/relay/pacing.ts';
import { Relay } from '../../src/relay/relay.ts';
import { Repeats } from '../../src/relay/repeats.ts';
import { Upstream } from '../../src/relay/upstream.ts';
import type { Wire } from '../../src/relay/wire.ts';
import { ModelClient } from './client.ts';
import { ModelClock } from './clock.ts';
import { ModelServer } from './server.ts';

const LIMITS = { silenceMs: 300_000, totalMs: 1_800_000 };
const DRAIN_MS = 30_000;
/** Far more than any run needs: each turn does all that can be done, or lets time pass. */
const TURNS = 3_000;

const SILENT_LOG = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export type RouteName = 'external-function' | 'managed-mcp';

export class World {
  readonly client: ModelClient = new ModelClient();
  readonly clock: ModelClock = new ModelClock();
  readonly server: ModelServer;
  readonly #scheduler: fc.Scheduler;
  readonly #next: Negotiation;
  readonly #relay: Relay;
  readonly #read: Promise<void>;

  constructor(scheduler: fc.Scheduler, routeName: RouteName) {
    this.#scheduler = scheduler;
    this.server = new ModelServer(scheduler);
    const { clock, client, server } = this;
    const destination = { connection: 'github', url: undefined, service: undefined, path: '/' } as const;
    const route = chooseRoute({ ...destination, route: routeName }, 'model');
    const { send, tokens } = server;
    const wire: Wire = {
      ...{
        route,
        tokens,
        send,
        clock,
        log: SILENT_LOG,
        secrets: new Secrets(),
        budget: new Budget(clock, { sharedBytes: 1e6, reserveBytes: 0 }),
        responseLimitBytes: 1e6,
      },
      enquire: () => async () => undefined,
      pacing: new Pacing(clock),
      echoes: new Echoes(SILENT_LOG),
    };
    const emit: Emit = (delivery) => this.#relay.emit(delivery);
    const repeats = new Repeats({ annotated: false, after503: false });
    const next = new Upstream(wire, { headers: {}, limits: LIMITS, keepCapabilities: false, emit, repeats });
    this.#next = new Negotiation({ next, protocol: 'auto', route, emit, clock, log: SILENT_LOG });
    this.#relay = new Relay({
      next: this.#next,
      write: async (line) => {
        client.hear(String(line));
        // The client takes its time to read.
        await scheduler.schedule(Promise.resolve(), 'read by the client');
      },
      scrub: (text) => text,
      clock,
      log: SILENT_LOG,
    });
    this.#read = this.#relay.run(client.lines());
  }

  /** Ends as the bridge does, whatever is still under way, and looks at what has come of it. */
  async end(by: 'end of stdin' | 'signal'): Promise<void> {
    this.client.end();
    const ended = by === 'signal' ? this.#stop() : this.#drain();
    await this.#until(ended.then(() => this.#next.close()));
    ok(this.clock.waiting === 0, `${this.clock.waiting} timers are left`);
    this.client.check(this.server);
  }

  async #drain(): Promise<void> {
    await this.#read;
    await this.#relay.drain(DRAIN_MS);
  }

  async #stop(): Promise<void> {
    await turn();
    await this.#relay.abort('The bridge was told to stop.');
    // As long as lines come that were there before, they are read.
    await this.#read;
    await this.#relay.abort('The bridge was told to stop.');
  }

  /** Does all that can be done in some order; when nothing can, time passes. */
  async #until(work: Promise<void>): Promise<void> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    for (let left = TURNS; !isDone; left--) {
      ok(left > 0, 'the bridge does not end');
      await turn();
      if (this.#scheduler.count() > 0) await this.#scheduler.waitNext(1);
      else if (!isDone) this.clock.advanceToNext();
    }
    await done;
    // What was given up a moment ago has its last turns.
    for (let left = 50; left > 0 && (this.#scheduler.count() > 0 || this.clock.waiting > 0); left--) {
      if (this.#scheduler.count() > 0) await this.#scheduler.waitNext(1);
      await turn();
    }
  }
}
