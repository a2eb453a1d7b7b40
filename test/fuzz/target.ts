import type fc from 'fast-check';

/** One part of the bridge, and what must hold of it whatever comes in. */
export interface Target {
  readonly name: string;
  /** How much of a run's cases it gets, against the others. */
  readonly share: number;
  // biome-ignore lint/suspicious/noExplicitAny: each target has cases of its own kind
  readonly property: fc.IRawProperty<any, boolean>;
}
