/** Who acts. The holds of the world belong to Ann. */
export type Person = 'ann' | 'ben'

/** The two sessions, and what they make is named after them. */
export type Side = 'A' | 'B'

/** What the world has to begin with: two bookings, then a hold that lives and one that has expired. */
export type WorldBooking = 'P' | 'Q'
export type WorldHold = 'L' | 'D'

/** Times are half hours from ten o'clock on; whatever is booked or held lasts two of them. */
export const LENGTH = 2

/** Where everything in the world begins. From 2 to 4 there is just room for one more, and from 16 on for many. */
export const STARTS = { P: 0, Q: 4, L: 8, D: 12 } as const

/** One call of the ledgers, which is one function of the database in one transaction. */
export type Action =
  | { readonly kind: 'book' | 'hold'; readonly at: number }
  | { readonly kind: 'redeem'; readonly hold: WorldHold; readonly by: Person }
  | { readonly kind: 'confirm' | 'cancel'; readonly booking: WorldBooking }
  | { readonly kind: 'reschedule'; readonly booking: WorldBooking; readonly at: number }
  | { readonly kind: 'release' | 'read'; readonly hold: WorldHold }
  | { readonly kind: 'expire' }

export type Kind = Action['kind']

export const KINDS = [
  'book',
  'hold',
  'redeem',
  'confirm',
  'cancel',
  'reschedule',
  'expire',
  'release',
  'read',
] as const satisfies readonly Kind[]

/** Onto each thing of the world, partly over it, touching it and clear of everything. */
export const ACTIONS: readonly Action[] = [
  ...[0, 2, 3, 8, 11, 12, 16, 17].map((at) => ({ kind: 'book', at }) as const),
  ...[0, 2, 8, 12, 16, 17].map((at) => ({ kind: 'hold', at }) as const),
  { kind: 'redeem', hold: 'L', by: 'ann' },
  { kind: 'redeem', hold: 'L', by: 'ben' },
  { kind: 'redeem', hold: 'D', by: 'ann' },
  { kind: 'confirm', booking: 'P' },
  { kind: 'cancel', booking: 'P' },
  { kind: 'cancel', booking: 'Q' },
  ...[1, 2, 4, 12, 16].map((at) => ({ kind: 'reschedule', booking: 'P', at }) as const),
  ...[0, 2, 5, 8, 16].map((at) => ({ kind: 'reschedule', booking: 'Q', at }) as const),
  { kind: 'expire' },
  { kind: 'release', hold: 'L' },
  { kind: 'read', hold: 'L' },
]

const SUBJECTS = ['booking', 'hold', 'by', 'at'] as const

/** `reschedule P 16`: the same text is the same request. */
export const nameOf = (action: Action): string =>
  [action.kind, ...SUBJECTS.flatMap((name) => (name in action ? [action[name as keyof Action]] : []))].join(
    ' ',
  )

/** Whether a request of this kind may bear a key. */
export const isKeyed = ({ kind }: Action): boolean => !['expire', 'release', 'read'].includes(kind)

/** What a world allows: how many bookings and holds a day, and whether requests bear keys, the same or their own. */
export interface Terms {
  readonly dailyLimit: number | null
  readonly keys: 'none' | 'own' | 'shared'
}

/** The third limit lets nobody in before somebody leaves, the fourth lets in one. */
export const TERMS: readonly Terms[] = [
  { dailyLimit: null, keys: 'none' },
  { dailyLimit: 3, keys: 'none' },
  { dailyLimit: 4, keys: 'none' },
  { dailyLimit: null, keys: 'own' },
  { dailyLimit: null, keys: 'shared' },
]

/** Ann asks twice where there are keys, because everyone's keys are their own; else they are two people. */
export function personOf(side: Side, action: Action, { keys }: Terms): Person {
  if (action.kind === 'redeem') return action.by
  if (action.kind === 'release' || action.kind === 'read') return 'ann'
  return keys !== 'none' || side === 'A' ? 'ann' : 'ben'
}

export const keyOf = (side: Side, action: Action, { keys }: Terms): string | null => {
  if (keys === 'none' || !isKeyed(action)) return null
  return keys === 'own' ? `key-${side}` : 'key'
}

/** How many live holds one person may have: Ann has room for one more. */
export const MOST_HOLDS = 2
