import { type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import type { AnsweredBefore, Answers, Recording, RequestKey } from '../../application/ports/answers.ts'
import { ok, type Result, reject } from '../../domain/result.ts'
import type { Pipeline, Statement, WireValue } from './pipeline.ts'

const keepAnswer: Statement = {
  name: 'keep_answer',
  text: 'select outcome, answer from keep_answer($1, $2, $3, $4)',
}

const forgetAnswers: Statement = {
  name: 'forget_answers',
  text: `
    with old as (
      select user_id, key
      from idempotency_keys
      where created_at <= now() - interval '24 hours'
      order by created_at
      limit $1
      for update skip locked
    )
    delete from idempotency_keys
    using old
    where idempotency_keys.user_id = old.user_id
      and idempotency_keys.key = old.key
    returning 1
  `,
}

const keptRow = z.tuple([z.enum(['answered', 'key-reused']).nullable(), z.string().nullable()])

/** Answers beside what they answer; the functions that change bookings write theirs themselves. */
export const postgresAnswers = ({ pipeline }: { readonly pipeline: Pipeline }): Answers => ({
  async keep(key, answer) {
    const [row] = await pipeline.execute(keepAnswer, [...keyValues(key), answer])
    const [outcome, earlier] = keptRow.parse(row)
    return outcome === null ? ok(null) : answeredBefore(outcome, earlier)
  },

  async forgetOld(limit) {
    return (await pipeline.execute(forgetAnswers, [limit])).length
  },
})

/** The key as three parameters of a function: whose it is comes first. */
const keyValues = ({ userId, key, fingerprint }: RequestKey) => [userId, key, bytes(fingerprint)] as const

/** The key and the two parts of the answer as the last parameters of a function, or nulls. */
export function recordingValues<T>(recording: Recording<T> | null, value: T): WireValue[] {
  if (recording === null) return [null, null, null, null]
  const { key, fingerprint } = recording.key
  const { before, after } = recording.answer(value)
  return [key, bytes(fingerprint), before, after]
}

const openedRow = z.object({
  outcome: z.enum(['answered', 'key-reused']).nullable(),
  answer: z.string().nullable(),
})

/**
 * Does something in a transaction under a key, which it takes before anything else; gives what was answered before,
 * if the key has been used. Of a no nothing is kept.
 */
export async function underKey<T, R>(
  transaction: DatabaseTransactionConnection,
  recording: Recording<T> | null,
  work: () => Promise<Result<T, R>>,
): Promise<Result<T, R | AnsweredBefore>> {
  if (recording === null) return work()
  const { userId, key, fingerprint } = recording.key
  const opened = await transaction.one(sql.type(openedRow)`
    select outcome, answer
    from open_key(${userId}, ${key}, ${bytes(fingerprint)}::bytea)
  `)
  if (opened.outcome !== null) return answeredBefore(opened.outcome, opened.answer)
  const outcome = await work()
  const answer = outcome.ok ? recording.answer(outcome.value) : null
  await transaction.query(sql.type(z.object({}))`
    select close_key(${userId}, ${key}, ${answer && answer.before + answer.after})
  `)
  return outcome
}

/** bytea in the form in which it travels as text. */
const bytes = (hexadecimal: string) => `\\x${hexadecimal}`

/** What a function says of a key that was used before. */
export const answeredBefore = (
  outcome: 'answered' | 'key-reused',
  answer: string | null | undefined,
): Result<never, AnsweredBefore> =>
  outcome === 'answered'
    ? reject({ code: 'answered-before', answer: answer ?? '' })
    : reject({ code: 'idempotency-key-reused' })
