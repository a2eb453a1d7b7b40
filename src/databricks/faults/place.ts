/** Where a refusal happened: what the sentences about it need to know. */

import type { Access } from '../../ports.ts';
import type { Target } from '../targets.ts';

export interface Place extends Pick<Access, 'origin' | 'remedy' | 'workspaceId'> {
  readonly target: Target;
}

/** Where a person logs in. Built from what was configured, never from what a server wrote. [T174] */
export function pageOf({ origin, target, workspaceId }: Place): string {
  return `${origin}${target.page}${workspaceId === undefined ? '' : `?o=${encodeURIComponent(workspaceId)}`}`;
}
