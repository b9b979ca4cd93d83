import type { Instant } from '../../domain/instant.ts'
import type { Cursor, LoggedEvent } from '../../domain/logged-event.ts'
import type { Result } from '../../domain/result.ts'

/** Events before this place have been removed: whoever goes on from it would miss some. */
export interface CursorExpired {
  readonly code: 'cursor-expired'
  /** Where the log begins now. */
  readonly oldest: Cursor
}

/** A stretch of the log. */
export interface LogPage {
  /** In the order of the log. */
  readonly events: readonly LoggedEvent[]
  /** Up to where it was read, be there events or not: the place to go on from. */
  readonly end: Cursor
  /** Whether there was nothing more at that moment. */
  readonly isLast: boolean
}

/**
 * What happened, in an order in which nothing is ever put before what has been read: events of one booking are in the order
 * of its versions, and a reader that goes on from where it ended gets every event once, however many write.
 */
export interface EventLog {
  /** At most `limit` events after a place. */
  read(after: Cursor, limit: number): Promise<Result<LogPage, CursorExpired>>

  /** The place behind everything that has been committed before the call and may be read already. */
  end(): Promise<Cursor>

  /** The place before the oldest event that is kept. */
  start(): Promise<Cursor>

  /** Reads a cursor that this log has given; undefined for every other text, such as the cursor of another log. */
  parse(text: string): Promise<Cursor | undefined>

  /**
   * Removes events from the beginning of the log that happened before an instant, at most `limit` of them, and with them those
   * in between that are said to happen only later than now: a clock was wrong, and they are as old as what comes after
   * them. Tells how many.
   */
  trim(age: { readonly before: Instant; readonly now: Instant }, limit: number): Promise<number>
}
