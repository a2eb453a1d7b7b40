import type { Log } from '../ports.ts';

/** A person reads what a command prints; what the parts would log beside it is no news. */
export const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
