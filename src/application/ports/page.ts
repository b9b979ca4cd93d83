/** The place in an order after which a page begins: the sort key of the last row of the page before, and its id. */
export interface PageKey {
  readonly value: string
  readonly id: string
}

/** Which part of a list: at most `limit` rows (1 to 100) after the given place. */
export interface PageRequest {
  readonly limit: number
  readonly after: PageKey | null
}

/** Rows in the order of the list; `next` is null on the last page. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: PageKey | null
}

/** Cuts rows that were asked for with one more than the limit into a page. */
export function pageOf<T>(rows: readonly T[], limit: number, keyOf: (row: T) => PageKey): Page<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last !== undefined ? keyOf(last) : null }
}
