const DEFAULT_PER_PAGE = 30;

interface PageArguments {
  readonly page?: number | undefined;
  readonly perPage?: number | undefined;
}

/** The part of a list that a call asked for by page number. */
export function pageOf<Item>(items: readonly Item[], { page = 1, perPage = DEFAULT_PER_PAGE }: PageArguments): Item[] {
  return items.slice((page - 1) * perPage, page * perPage);
}

/** What GitHub's GraphQL lists say about where they stopped. */
export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string;
  readonly endCursor: string;
}

interface CursorArguments {
  readonly after?: string | undefined;
  readonly perPage?: number | undefined;
}

/** The part of a list behind a cursor. One that never came from here means the start, as nothing tells it apart. */
export function pageAfter<Item>(
  items: readonly Item[],
  { after, perPage = DEFAULT_PER_PAGE }: CursorArguments,
): { items: Item[]; pageInfo: PageInfo } {
  const from = after === undefined ? 0 : offsetOf(after);
  const found = items.slice(from, from + perPage);
  const to = from + found.length;
  return {
    items: found,
    pageInfo: {
      hasNextPage: to < items.length,
      hasPreviousPage: from > 0,
      startCursor: cursorAt(from),
      endCursor: cursorAt(to),
    },
  };
}

/** Only the wanted members of each item; the items as they are where none were named. */
export function pick(items: readonly object[], wanted: readonly string[] | undefined): readonly object[] {
  if (wanted === undefined) return items;
  return items.map((item) => Object.fromEntries(Object.entries(item).filter(([name]) => wanted.includes(name))));
}

function cursorAt(offset: number): string {
  return Buffer.from(`offset:${offset}`).toString('base64url');
}

function offsetOf(cursor: string): number {
  const [, offset] = /^offset:(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  return Number(offset ?? 0);
}
