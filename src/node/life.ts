/** What ends the process from outside: signals, errors that nobody caught, and a host that is no more. */

import { watchParents } from './parents.ts';
import { isOutOfWasmMemory } from './parser.ts';

/** Signals by which hosts and terminals end a program, with the exit code that says so. */
const SIGNALS: ReadonlyMap<NodeJS.Signals, number> = new Map([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
]);

export interface EndingCause {
  readonly exitCode: number;
  readonly signal?: NodeJS.Signals;
  readonly error?: unknown;
  /** Nobody is there to read the last answers. */
  readonly alone?: boolean;
}

/** Waits for what ends the process. */
export class Ending {
  /** Resolves with the first cause; later ones change nothing. */
  readonly announced: Promise<EndingCause>;
  #resolve: (cause: EndingCause) => void = () => {};
  readonly #unwatch: () => void;

  constructor() {
    this.announced = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    for (const signal of SIGNALS.keys()) process.on(signal, this.#onSignal);
    process.on('uncaughtException', this.#onError);
    this.#unwatch = watchParents(() => this.announce({ exitCode: 0, alone: true }));
  }

  announce(cause: EndingCause): void {
    this.#resolve(cause);
  }

  /** Takes the listeners away. */
  release(): void {
    for (const signal of SIGNALS.keys()) process.off(signal, this.#onSignal);
    process.off('uncaughtException', this.#onError);
    this.#unwatch();
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    // From now on signals have their usual effect again: a second one ends the process at once.
    this.release();
    this.announce({ exitCode: SIGNALS.get(signal) ?? 1, signal });
  };

  readonly #onError = (error: unknown): void => {
    // Node's own fetch rejects a promise without a handler then. The request that needs the memory fails with the reason.
    if (isOutOfWasmMemory(error)) return;
    this.announce({ exitCode: 70, error });
  };
}
