/** Counts, per tool, how often a call reached the server: what a test holds against the number of calls it made. */
export class Ledger {
  readonly #counts = new Map<string, number>();

  record(tool: string): void {
    this.#counts.set(tool, this.count(tool) + 1);
  }

  count(tool: string): number {
    return this.#counts.get(tool) ?? 0;
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The counts of all tools that were called, detached from later calls. */
  snapshot(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  reset(): void {
    this.#counts.clear();
  }
}
