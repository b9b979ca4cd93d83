import { type Page, type PageRequest, pageOf } from '../../application/ports/page.ts'

/** An order of rows: by a value, then by id. */
export interface Order<Row> {
  readonly value: (row: Row) => number | string
  readonly descending: boolean
}

interface Place {
  readonly value: number | string
  readonly id: string
}

/** The rows that follow `after` in the order, cut to a page. The row that `after` names need not exist any more. */
export function pageIn<Row extends { readonly id: string }>(
  rows: Iterable<Row>,
  order: Order<Row>,
  { limit, after }: PageRequest,
): Page<Row> {
  const direction = order.descending ? -1 : 1
  const compare = (left: Place, right: Place) =>
    direction * (comparePlain(left.value, right.value) || comparePlain(left.id, right.id))
  const placeOf = (row: Row): Place => ({ value: order.value(row), id: row.id })
  const follows = (row: Row) => {
    if (after === null) return true
    const place = placeOf(row)
    const value = typeof place.value === 'number' ? Number(after.value) : after.value
    return compare(place, { value, id: after.id }) > 0
  }
  const following = [...rows]
    .filter(follows)
    .sort((left, right) => compare(placeOf(left), placeOf(right)))
    .slice(0, limit + 1)
  return pageOf(following, limit, (row) => ({ value: String(order.value(row)), id: row.id }))
}

function comparePlain(left: number | string, right: number | string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
