/** FIRST_YEAR to LAST_YEAR. */
const YEAR = '(19[7-9][0-9]|2[01][0-9]{2})'
const DATE = `${YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])`
const TIME = '([01][0-9]|2[0-3]):[0-5][0-9]'

/** What a program may know of a format without reading the prose: a bit more than the standard ones say. */
const PATTERNS: Readonly<Record<string, string>> = {
  uuid: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  date: `^${DATE}$`,
  'date-time': `^${DATE}T${TIME}:[0-5][0-9](\\.[0-9]{1,3}0{0,6})?(Z|[+-]${TIME})$`,
  'wall-time': `^(${TIME}|24:00)$`,
  email: '^[^\\s@]{1,64}@[^\\s@.]+(\\.[^\\s@.]+)+$',
}

/** Formats that nobody else knows. */
const PRIVATE = new Set(['wall-time'])

/**
 * The same value with every format put into words that others understand. Only the document has them: requests are
 * judged by the functions that read them, and an answer says of one wrong field one thing.
 */
export function explainFormats(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(explainFormats)
  if (typeof value !== 'object' || value === null) return value
  const { format, ...others } = Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, explainFormats(inner)]),
  )
  if (typeof format !== 'string') return format === undefined ? others : { ...others, format }
  if (format === 'instant-or-date') return instantOrDate(others)
  const pattern = PATTERNS[format]
  return { ...others, ...(!PRIVATE.has(format) && { format }), ...(pattern !== undefined && { pattern }) }
}

const instantOrDate = ({ type, ...others }: Record<string, unknown>) => ({
  ...others,
  anyOf: ['date-time', 'date'].map((format) => ({ type, format, pattern: PATTERNS[format] })),
})
