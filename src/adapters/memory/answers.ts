import type { AnsweredBefore, Answers, Recording, RequestKey } from '../../application/ports/answers.ts'
import { ok, type Result, reject } from '../../domain/result.ts'
import { type MemoryDatabase, storeClock } from './database.ts'

const LASTS_MILLISECONDS = 24 * 3_600_000

/** The answers of one process. */
export const memoryAnswers = (database: MemoryDatabase): Answers => ({
  async keep(key, answer) {
    const earlier = answerTo(database, key)
    if (earlier) return earlier
    record(database, key, answer)
    return ok(null)
  },

  async forgetOld(limit) {
    const now = storeClock()
    const old = [...database.answers].filter(([, { createdAt }]) => createdAt + LASTS_MILLISECONDS <= now)
    for (const [place] of old.slice(0, limit)) database.answers.delete(place)
    return Math.min(old.length, limit)
  },
})

const placeOf = ({ userId, key }: RequestKey) => `${userId} ${key}`

const record = ({ answers }: MemoryDatabase, key: RequestKey, answer: string) =>
  answers.set(placeOf(key), { fingerprint: key.fingerprint, answer, createdAt: storeClock() })

/** What a key was answered before, or undefined where it is new. */
function answerTo({ answers }: MemoryDatabase, key: RequestKey): Result<never, AnsweredBefore> | undefined {
  const known = answers.get(placeOf(key))
  if (!known || known.createdAt + LASTS_MILLISECONDS <= storeClock()) return undefined
  const { fingerprint, answer } = known
  return fingerprint === key.fingerprint
    ? reject({ code: 'answered-before', answer })
    : reject({ code: 'idempotency-key-reused' })
}

/** Does something under a key, or gives what was answered before; a no leaves nothing behind. */
export async function underKey<T, R>(
  database: MemoryDatabase,
  recording: Recording<T> | null,
  work: () => Result<T, R>,
  told: (value: T) => string = () => '',
): Promise<Result<T, R | AnsweredBefore>> {
  const earlier = recording && answerTo(database, recording.key)
  if (earlier) return earlier
  const outcome = work()
  if (outcome.ok && recording) {
    const { before, after } = recording.answer(outcome.value)
    record(database, recording.key, `${before}${told(outcome.value)}${after}`)
  }
  return outcome
}
