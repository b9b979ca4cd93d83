import {
  type Action,
  keyOf,
  LENGTH,
  MOST_HOLDS,
  nameOf,
  personOf,
  type Side,
  STARTS,
  type Terms,
} from './actions.ts'

/*
 * The booking engine for one provider and one caller at a time, in as few words as it can be said. It shares nothing with
 * the engine: neither its rules nor its types.
 */

interface ModelBooking {
  readonly version: number
  readonly status: string
  readonly at: number
}

interface ModelHold {
  readonly at: number
  readonly holder: string
  /** A hold of the world is over at once, or when it is late; any other lives on. */
  readonly ends: 'early' | 'late' | 'never'
}

/** Everything there is, by name. Never changed: each step makes another. */
export interface World {
  readonly isLate: boolean
  readonly bookings: Readonly<Record<string, ModelBooking>>
  readonly holds: Readonly<Record<string, ModelHold>>
  readonly events: readonly string[]
  readonly keys: Readonly<Record<string, { readonly request: string; readonly by: Side }>>
}

export interface Step {
  readonly answer: string
  readonly world: World
  /** The world if what has been done is undone in the end: expired holds have been cleared for good. */
  readonly undone: World
}

export const FIRST: World = {
  isLate: false,
  bookings: {
    P: { version: 1, status: 'pending', at: STARTS.P },
    Q: { version: 1, status: 'confirmed', at: STARTS.Q },
  },
  holds: {
    L: { at: STARTS.L, holder: 'ann', ends: 'late' },
    D: { at: STARTS.D, holder: 'ann', ends: 'early' },
  },
  events: ['booking.created P', 'booking.created Q', 'hold.created D', 'hold.created L'],
  keys: {},
}

const isStanding = ({ status }: ModelBooking) => status === 'pending' || status === 'confirmed'
const isDead = ({ isLate }: World, { ends }: ModelHold) => ends === 'early' || (ends === 'late' && isLate)
const overlaps = (one: number, other: number) => Math.abs(one - other) < LENGTH
const without = <T>(all: Readonly<Record<string, T>>, name: string) =>
  Object.fromEntries(Object.entries(all).filter(([other]) => other !== name))

/** Without the expired holds that are in the way of a slot; that they are over is written down. */
function cleared(world: World, at: number): World {
  const over = Object.entries(world.holds).filter(([, hold]) => overlaps(hold.at, at) && isDead(world, hold))
  return expired(
    world,
    over.map(([name]) => name),
  )
}

/** The world when what an action wants has been cleared of holds that are over, before it can be had. */
export const clearedFor = (world: World, action: Action): World =>
  'at' in action ? cleared(world, action.at) : world

const expired = (world: World, over: readonly string[]): World => ({
  ...world,
  holds: over.reduce(without, world.holds),
  events: [...world.events, ...over.map((name) => `hold.expired ${name}`)],
})

/** Whether something that lives is in the way of a slot, apart from one's own. */
function isTaken(world: World, at: number, own?: string): boolean {
  const isBooked = Object.entries(world.bookings).some(
    ([name, booking]) => name !== own && isStanding(booking) && overlaps(booking.at, at),
  )
  return isBooked || Object.values(world.holds).some((hold) => overlaps(hold.at, at) && !isDead(world, hold))
}

function isFull(world: World, { dailyLimit }: Terms, own?: string): boolean {
  const booked = Object.entries(world.bookings).filter(
    ([name, booking]) => name !== own && isStanding(booking),
  )
  const held = Object.values(world.holds).filter((hold) => !isDead(world, hold))
  return dailyLimit !== null && booked.length + held.length >= dailyLimit
}

const refused = (world: World, answer: string): Step => ({ answer, world, undone: world })
const done = (undone: World, world: World, answer: string): Step => ({ answer, world, undone })

const booked = (world: World, side: Side, at: number): World => ({
  ...world,
  bookings: { ...world.bookings, [side]: { version: 1, status: 'confirmed', at } },
  events: [...world.events, `booking.created ${side}`],
})

const held = (world: World, side: Side, at: number, holder: string): World => ({
  ...world,
  holds: { ...world.holds, [side]: { at, holder, ends: 'never' } },
  events: [...world.events, `hold.created ${side}`],
})

function place(world: World, side: Side, action: Action & { readonly at: number }, terms: Terms): Step {
  const holder = personOf(side, action, terms)
  const own = Object.values(world.holds).filter((hold) => hold.holder === holder && !isDead(world, hold))
  if (action.kind === 'hold' && own.length >= MOST_HOLDS) return refused(world, 'too-many-holds')
  if (isFull(world, terms)) return refused(world, 'daily-limit-reached')
  if (isTaken(world, action.at)) return refused(world, 'slot-taken')
  const free = cleared(world, action.at)
  return action.kind === 'book'
    ? done(free, booked(free, side, action.at), 'booked')
    : done(free, held(free, side, action.at, holder), 'held')
}

/** What someone is told of a hold: that it lives, that it is over, or that there is none of theirs. */
function fateOf(world: World, name: string, person: string): 'live' | 'hold-expired' | 'hold-not-found' {
  const hold = world.holds[name]
  // Both holds of the world are Ann's.
  if (person !== 'ann') return 'hold-not-found'
  if (hold) return isDead(world, hold) ? 'hold-expired' : 'live'
  return world.events.includes(`hold.expired ${name}`) ? 'hold-expired' : 'hold-not-found'
}

function redeem(world: World, side: Side, name: string, person: string): Step {
  const fate = fateOf(world, name, person)
  const hold = world.holds[name]
  if (fate !== 'live' || !hold) return refused(world, fate)
  return done(world, booked({ ...world, holds: without(world.holds, name) }, side, hold.at), 'booked')
}

/** Each change was decided by what the booking was in the beginning. */
function changed(world: World, name: string, event: string, next: Partial<ModelBooking>): World {
  const booking = world.bookings[name] as ModelBooking
  const bookings = { ...world.bookings, [name]: { ...booking, ...next, version: booking.version + 1 } }
  return { ...world, bookings, events: [...world.events, `booking.${event} ${name}`] }
}

const isOutdated = (world: World, name: string) => world.bookings[name]?.version !== 1
const outdated = (world: World, name: string) =>
  refused(world, `version-mismatch ${world.bookings[name]?.version}`)

function transit(world: World, name: string, status: 'confirmed' | 'cancelled'): Step {
  if (isOutdated(world, name)) return outdated(world, name)
  return done(world, changed(world, name, status, { status }), 'changed')
}

function reschedule(world: World, name: string, at: number, terms: Terms): Step {
  if (isOutdated(world, name)) return outdated(world, name)
  if (isFull(world, terms, name)) return refused(world, 'daily-limit-reached')
  if (isTaken(world, at, name)) return refused(world, 'slot-taken')
  const free = cleared(world, at)
  return done(free, changed(free, name, 'rescheduled', { at }), 'moved')
}

function expire(world: World, leftOut: readonly string[]): Step {
  const over = Object.entries(world.holds)
    .filter(([name, hold]) => isDead(world, hold) && !leftOut.includes(name))
    .map(([name]) => name)
  return done(world, expired(world, over), `expired ${over.length}`)
}

function release(world: World, name: string): Step {
  if (fateOf(world, name, 'ann') !== 'live') return refused(world, 'hold-not-found')
  const events = [...world.events, `hold.released ${name}`]
  return done(world, { ...world, holds: without(world.holds, name), events }, 'released')
}

function act(world: World, side: Side, action: Action, terms: Terms, leftOut: readonly string[]): Step {
  switch (action.kind) {
    case 'book':
    case 'hold':
      return place(world, side, action as Action & { readonly at: number }, terms)
    case 'redeem':
      return redeem(world, side, action.hold, action.by)
    case 'confirm':
      return transit(world, action.booking, 'confirmed')
    case 'cancel':
      return transit(world, action.booking, 'cancelled')
    case 'reschedule':
      return reschedule(world, action.booking, action.at, terms)
    case 'expire':
      return expire(world, leftOut)
    case 'release':
      return release(world, action.hold)
    case 'read':
      return refused(world, fateOf(world, action.hold, 'ann'))
  }
}

const DONE = ['booked', 'held', 'changed', 'moved']

/**
 * What one caller is answered, and the world afterwards.
 *
 * @param leftOut holds that a sweep leaves to whoever has them in hand
 */
export function step(
  world: World,
  side: Side,
  action: Action,
  terms: Terms,
  leftOut: readonly string[] = [],
): Step {
  const key = keyOf(side, action, terms)
  if (key === null) return act(world, side, action, terms, leftOut)
  const place = `${personOf(side, action, terms)} ${key}`
  const known = world.keys[place]
  if (known) {
    return refused(
      world,
      known.request === nameOf(action) ? `answered ${known.by}` : 'idempotency-key-reused',
    )
  }
  const acted = act(world, side, action, terms, leftOut)
  if (!DONE.includes(acted.answer)) return acted
  const keys = { ...world.keys, [place]: { request: nameOf(action), by: side } }
  return { ...acted, world: { ...acted.world, keys } }
}

/** The tables as they have to look in this world: a line for each row, sorted. */
export function linesOf({ bookings, holds, events, keys }: World): string[] {
  const slot = (at: number) => `${at}-${at + LENGTH}`
  const standing = Object.entries(bookings).filter(([, booking]) => isStanding(booking))
  return [
    ...Object.entries(bookings).map(
      ([name, { version, status, at }]) => `booking ${name} v${version} ${status} ${slot(at)}`,
    ),
    ...standing.map(([name, { at }]) => `claim booking ${name} ${slot(at)}`),
    ...Object.entries(holds).map(([name, { at }]) => `claim hold ${name} ${slot(at)}`),
    ...standing.map(([name, { at }]) => `reminder ${name} ${at}`),
    ...events.map((event) => `event ${event}`),
    ...events.filter((event) => event.startsWith('booking')).map((event) => `history ${event}`),
    ...Object.entries(keys).map(([place, { by }]) => `answer ${place} by ${by}`),
  ].sort()
}
