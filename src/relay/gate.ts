/**
 * Keeps messages from overtaking the ones that must come first: the answer to `initialize`, and the acceptance of
 * `notifications/initialized`. [MCP 2025-11-25, Lifecycle] Whoever comes later waits; with nobody in front, nobody waits.
 */
export class Gate {
  #closed: Promise<void> | undefined;

  /** What a message has to wait for; undefined where the way is free. */
  get closed(): Promise<void> | undefined {
    return this.#closed;
  }

  /**
   * Closes the gate for everything that comes later.
   *
   * @returns `turn`, what the closer itself has to wait for, and `open`, to be called when the others may go on
   */
  close(): { turn: Promise<void> | undefined; open: () => void } {
    const turn = this.#closed;
    let open = () => {};
    const done = new Promise<void>((resolve) => {
      open = resolve;
    });
    const closed = Promise.all([turn, done]).then(() => {
      if (this.#closed === closed) this.#closed = undefined;
    });
    this.#closed = closed;
    return { turn, open };
  }
}
