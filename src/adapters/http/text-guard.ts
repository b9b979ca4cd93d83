import type { FieldError } from './send-problem.ts'

/** Metadata may nest this deep, and nothing else nests deeper; the body itself is the level above it. */
export const DEEPEST_NESTING = 8

/**
 * Finds what PostgreSQL and most programs cannot keep: text with NUL bytes or half surrogate pairs, in values and
 * names alike, numbers so large that a double may be another one, and nesting that would overflow whoever walks it.
 */
export function textErrors(value: unknown, field = '', depth = 0): FieldError[] {
  if (typeof value === 'string') return isKeepable(value) ? [] : [unkeepable(field)]
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? [] : [inexact(field)]
  if (typeof value !== 'object' || value === null) return []
  if (depth > DEEPEST_NESTING) {
    return [{ field, code: 'too-deep', message: `must nest at most ${DEEPEST_NESTING} levels deep` }]
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    isKeepable(name)
      ? textErrors(inner, `${field}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, depth + 1)
      : [unkeepable(field)],
  )
}

const isKeepable = (text: string) => !text.includes('\0') && text.isWellFormed()

const unkeepable = (field: string): FieldError => ({
  field,
  code: 'unkeepable-text',
  message: 'must not contain NUL bytes or half of a surrogate pair',
})

/** Two requests that differ in such a number alone would be read as one. */
const inexact = (field: string): FieldError => ({
  field,
  code: 'too-large',
  message: `must be a number from -${Number.MAX_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}; write others as text`,
})
