import { contentOf } from './visible.ts'

/** An event as it comes over the wire. */
export interface EventBody {
  readonly id: string
  readonly cursor: string
  readonly type: string
  readonly occurred_at: string
  readonly subject: { readonly type: string; readonly id: string; readonly version: number | null }
  readonly data: unknown
}

/** What a listener is told. */
export type Told =
  | { readonly kind: 'event'; readonly event: EventBody }
  /** Where it is, be there events or not. */
  | { readonly kind: 'place'; readonly cursor: string }
  | { readonly kind: 'reset'; readonly cursor: string }
  | { readonly kind: 'refused'; readonly words: string }

/** One connection of a listener. */
export interface Line {
  /** Of the node. */
  readonly url: string
  readonly token: string | null
  readonly topics: readonly string[]
  /** Null for from now; a list begins where the log does. */
  readonly after: string | null
  /** Ends the connection from this side. */
  readonly signal: AbortSignal
  readonly hear: (told: Told) => void
}

/** Listens until either side ends it. */
export type Listen = (line: Line) => Promise<void>

export const authorization = ({ token }: Pick<Line, 'token'>): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` }

export const queryOf = (topics: Line['topics']) =>
  new URLSearchParams(topics.map((topic) => ['topics', topic]))

/** The connection is lost, or was given up: what ends a line and is nothing else. */
export const isLoss = (error: unknown) =>
  error instanceof Error && (error.name === 'AbortError' || error.name === 'TypeError' || 'code' in error)

export const hashOf = ({ occurred_at, ...event }: EventBody) =>
  contentOf({ ...event, occurred: Date.parse(occurred_at) })

const GONE = 410
/**
 * The database is away; or the connection was opened for a request that was given up before it was sent, and the server's
 * word on its silence meets the next one (RFC 9110, section 15.5.9: ask again).
 */
const PASSING = [503, 408]

/** An answer that is no list and no stream: it is passing, or the cursor is too old. */
export async function hearRefusal(response: Response, hear: Line['hear']): Promise<void> {
  const problem = (await response.json()) as { readonly code: string; readonly oldest?: string }
  if (PASSING.includes(response.status)) return
  if (response.status === GONE && problem.oldest !== undefined)
    hear({ kind: 'reset', cursor: problem.oldest })
  else hear({ kind: 'refused', words: `${response.status} ${problem.code}` })
}
