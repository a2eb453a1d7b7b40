/** One thing that the bridge must do. */
export interface Requirement {
  readonly id: string;
  /** 0: before the first release; 1: before 1.0; 2: nice to have. */
  readonly priority: 0 | 1 | 2;
  readonly says: string;
  /** Why no test can or need show it. */
  readonly notApplicable?: string;
  /** Not built yet. As soon as a test cites the row, this mark has to go. */
  readonly planned?: true;
}

/** One row of a part of the catalogue. */
export function must(id: string, priority: Requirement['priority'], says: string): Requirement {
  return { id, priority, says };
}

export function notHere(row: Requirement, because: string): Requirement {
  return { ...row, notApplicable: because };
}
