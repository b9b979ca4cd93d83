import type { Lived } from '../common/lives.ts'

/** What a call is after. Redeeming is to book with a hold. */
export type CallKind =
  | 'book'
  | 'hold'
  | 'release'
  | 'cancel'
  | 'confirm'
  | 'decline'
  | 'reschedule'
  | 'read'
  | 'list'
  | 'search'

/** A version of a booking that an answer has shown; `start` in milliseconds since 1970. */
export interface SeenBooking {
  readonly id: string
  readonly version: number
  readonly status: string
  readonly start: number
}

/** What a call asked for. */
export interface Asked {
  readonly kind: CallKind
  /** Who asks. */
  readonly user: string
  /** The same for all calls that are to have one effect between them; the bookings and changes they make bear it. */
  readonly tag: string
  readonly key?: string
  /** A key that has been answered, with another request: it has to be refused. */
  readonly reuse?: true
  readonly service?: string
  readonly start?: number
  /** The booking or hold it is about. */
  readonly id?: string
  /** The hold that is to become the booking. */
  readonly hold?: string
  /** The version that it expects. */
  readonly version?: number
}

/** What came of a call. Instants are milliseconds of the recording process's own clock, which never goes back. */
export interface Call extends Asked {
  readonly process: number
  /** Which life of the process it was sent to. */
  readonly life: number
  readonly began: number
  readonly ended: number
  /** Null where the connection was lost, which `lost` says how. */
  readonly status: number | null
  readonly lost?: string
  /** The code of a problem. */
  readonly code?: string
  readonly replayed?: true
  /** A hash of status and body, where there was a key. */
  readonly bytes?: string
  readonly seen?: readonly SeenBooking[]
  readonly held?: { readonly id: string; readonly start: number; readonly expires: number }
  /** The starts that a search has shown as free. */
  readonly free?: readonly number[]
}

/** What is sold. It does not change while a record is made. */
export interface SoldService {
  readonly id: string
  readonly provider: string
  readonly minutes: number
  readonly before: number
  readonly after: number
  readonly dailyLimit: number | null
  readonly reminders: readonly number[]
}

export interface CallRecord extends Lived {
  readonly services: readonly SoldService[]
  readonly calls: Call[]
  /** The epoch of the clock of the calls, in milliseconds since 1970. */
  readonly epoch: number
}

export const emptyRecord = (services: readonly SoldService[]): CallRecord => ({
  services,
  calls: [],
  lives: [],
  outages: [],
  deadlocks: 0,
  epoch: performance.timeOrigin,
})

/** An answer that may or may not have an effect behind it: the connection was lost, or the database was. */
export const isUncertain = ({ status }: Call) => status === null || status >= 500

/** An answer that says that it has been done. */
export const isDone = ({ status }: Call) => status !== null && status >= 200 && status < 300

/** An answer that says that nothing has been done. */
export const isRefused = ({ status }: Call) => status !== null && status >= 400 && status < 500

const CHANGING: ReadonlySet<CallKind> = new Set([
  'book',
  'hold',
  'release',
  'cancel',
  'confirm',
  'decline',
  'reschedule',
])

/** Whether a call counts as an attempt: it would change something. */
export const isAttempt = ({ kind }: Pick<Asked, 'kind'>) => CHANGING.has(kind)
