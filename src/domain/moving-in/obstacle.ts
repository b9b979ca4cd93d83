import { ok, type Result, reject } from '../result.ts'

/** Why a row of another system cannot come along. The codes are public: reports are read by programs, too. */
export const OBSTACLES = {
  'missing-value': 'There has to be something here',
  'invalid-value': 'Nothing can be made of what is here',
  'text-too-long': 'There is more text than fits',
  'invalid-email': 'This is no address that mail can be sent to',
  'email-taken': 'There is an account with this address that did not come from there',
  'id-taken': 'There is one with this id that did not come from there',
  'unknown-time-zone': 'There is no such IANA time zone',
  'unknown-currency': 'There is no such ISO 4217 currency',
  'price-not-positive': 'A price has to be more than nothing',
  'invalid-price': 'This is more, or finer, than an amount of the currency can be',
  'invalid-time': 'This is no time from 1970 to 2199',
  'end-before-start': 'It has to end after it starts',
  'invalid-duration': 'It has to last a whole number of minutes, and a day at most',
  'invalid-hours': 'These are no hours of a week',
  'contradicting-hours': 'Another row says something else of the same hour',
  'unknown-status': 'Nothing is known by this status',
  'done-before-it-began': 'It is said to have taken place, and has not begun',
  orphan: 'What it belongs to is not there, or could not come along',
  'service-of-another': 'The service is not one of this provider',
  'slot-taken': 'Another booking stands in its way: a slot is sold once',
  expired: 'It is over by now',
} as const

export type ObstacleCode = keyof typeof OBSTACLES

/** One reason, and the field of the row that it is about. */
export interface Obstacle {
  readonly code: ObstacleCode
  readonly field: string
}

/** What came along, but not quite as it was. */
export const REMARKS = {
  'number-not-kept': 'The number is not free or not fit for one: it has another one here',
  'password-not-kept': 'The password hash is of no known kind: a new password has to be asked for',
  'admin-not-kept': 'Nobody is made an admin by an import: npm run admin:create -- --existing does that',
} as const

export type RemarkCode = keyof typeof REMARKS

/** Something that can come along, with what has to be said about it. */
export interface Judged<T> {
  readonly arrival: T
  readonly remarks: readonly RemarkCode[]
}

/** Says no from wherever in a row it is found out. */
class Hindered extends Error {
  readonly obstacle: Obstacle

  constructor(obstacle: Obstacle) {
    super(obstacle.code)
    this.obstacle = obstacle
  }
}

export const hinder = (code: ObstacleCode, field: string): never => {
  throw new Hindered({ code, field })
}

/** Judges a row to its end or to the first obstacle. */
export function judging<T>(judge: () => T): Result<T, Obstacle> {
  try {
    return ok(judge())
  } catch (error) {
    if (error instanceof Hindered) return reject(error.obstacle)
    throw error
  }
}
