import type { Page, PageKey, PageRequest } from '../../application/ports/page.ts'
import { isUuid } from './formats.ts'
import { MalformedRequest } from './malformed.ts'
import { textErrors } from './text-guard.ts'

/** A page in the words of the contract. */
export const sendablePage = <T, R>({ items, next }: Page<T>, present: (item: T) => R) => ({
  data: items.map(present),
  next_cursor: next === null ? null : writeCursor(next),
})

/** Which page a query asks for. `isKey` tells whether a key, of a value and an id, is one that this list gives out. */
export function pageRequest(
  query: { readonly limit?: number; readonly cursor?: string },
  isKey: (value: string, id: string) => boolean,
): PageRequest {
  const { limit = 20, cursor } = query
  if (cursor === undefined) return { limit, after: null }
  const after = readCursor(cursor)
  if (after && isKey(after.value, after.id)) return { limit, after }
  throw new MalformedRequest([
    { field: '/cursor', code: 'format', message: 'must be a next_cursor of the same list' },
  ])
}

/** Of lists whose page keys are instants in milliseconds. */
export const isEpochMilliseconds = (value: string) => /^\d{1,13}$/.test(value)

/** Of lists whose page keys count from one: of people, in the order in which they came, and of versions. */
export const isNumber = (value: string) => /^\d{1,9}$/.test(value)

const writeCursor = ({ value, id }: PageKey) => Buffer.from(JSON.stringify([value, id])).toString('base64url')

function readCursor(cursor: string): PageKey | undefined {
  try {
    const [value, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    if (typeof value !== 'string' || typeof id !== 'string' || !isUuid(id)) return undefined
    return textErrors(value).length === 0 ? { value, id } : undefined
  } catch {
    return undefined
  }
}
