import { type WordProblem, wrongFields } from '../door.ts'

type Code = Parameters<WordProblem>[0]['code']

const NOT_AVAILABLE = { error: 'Selected time slot is not available' }

/** What the gym says to what its members may meet. */
const SENTENCES: { readonly [code in Code]?: { readonly error: string; readonly status?: number } } = {
  'slot-taken': { error: 'Selected time slot is not available or already booked' },
  'outside-hours': NOT_AVAILABLE,
  'in-break': NOT_AVAILABLE,
  'time-off': NOT_AVAILABLE,
  'off-grid': NOT_AVAILABLE,
  'no-service-fits': NOT_AVAILABLE,
  'notice-too-short': NOT_AVAILABLE,
  'beyond-horizon': NOT_AVAILABLE,
  'daily-limit-reached': NOT_AVAILABLE,
  // What was on sale a moment ago.
  'service-not-found': { ...NOT_AVAILABLE, status: 422 },
  'service-retired': NOT_AVAILABLE,
  'in-the-past': { error: 'Selected date is in the past' },
  'provider-not-found': { error: 'Trainer not found or inactive' },
  unauthenticated: { error: 'Please sign in as a member' },
  forbidden: { error: 'Only members can book training sessions' },
}

/** Every problem of this door in its one shape. */
export const wordProblem: WordProblem = (problem) => {
  const { error = problem.title, status = problem.status } = SENTENCES[problem.code] ?? {}
  const wrong = wrongFields(problem).map(({ field, message }) => `${field} ${message}`.trim())
  return { status, body: { success: false, error, message: wrong.length > 0 ? wrong.join('; ') : error } }
}
