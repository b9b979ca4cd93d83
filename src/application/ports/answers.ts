import type { UserId } from '../../domain/ids.ts'
import type { Result } from '../../domain/result.ts'

/** What a client sends so that it may ask again without doing again. Everyone's keys are their own; one lasts 24 hours. */
export interface RequestKey {
  readonly userId: UserId
  /** 1 to 255 characters. */
  readonly key: string
  /** SHA-256 of all that was asked, in hexadecimal: the same key with another is a mistake. */
  readonly fingerprint: string
}

/** The key of a request, and how its door words the answer to what has been done. */
export interface Recording<T> {
  readonly key: RequestKey
  /**
   * The answer as the door packs it; nobody else reads it. What only the recording will tell, such as the number of a
   * booking, comes between `before` and `after`; of everything else nothing does, and `after` is empty.
   */
  readonly answer: (value: T) => AnswerText
}

export interface AnswerText {
  readonly before: string
  readonly after: string
}

/** The key was used by another request. */
export interface KeyReused {
  readonly code: 'idempotency-key-reused'
}

/** The key has been used: by the same request, and this is what it was answered, or by another. */
export type AnsweredBefore = { readonly code: 'answered-before'; readonly answer: string } | KeyReused

/**
 * The answers to keyed requests. Those to what was done are written by what did it, in the same statement or
 * transaction, so that neither is ever there without the other.
 */
export interface Answers {
  /**
   * Keeps the answer to a request that has done nothing. Where the key has been used, by whoever was first, nothing is
   * kept. Of any number of concurrent uses one is first.
   */
  keep(key: RequestKey, answer: string): Promise<Result<null, AnsweredBefore>>

  /** Takes away at most `limit` answers that are older than 24 hours; how many there were. */
  forgetOld(limit: number): Promise<number>
}
