import type { Booking } from '../domain/booking.ts'
import type { BookingRejection } from '../domain/booking-request.ts'
import { limitedDay } from '../domain/booking-request.ts'
import type { ServiceId } from '../domain/ids.ts'
import type { Instant } from '../domain/instant.ts'
import type { Interval } from '../domain/interval.ts'
import type { Claim } from '../domain/occupancy.ts'
import { type Result, reject } from '../domain/result.ts'
import type { Offer } from '../domain/service.ts'
import { firstFreeSlots } from './next-free.ts'
import type { JudgedBy, OfferChanged } from './ports/booking-ledger.ts'
import type { Clock } from './ports/clock.ts'
import type { Occupancy } from './ports/occupancy.ts'
import type { Offers } from './ports/service-catalog.ts'
import { Unavailable } from './ports/unavailable.ts'
import type { ServiceNotFound } from './services.ts'
import type { TakeTurns } from './turns.ts'

export interface ClaimSlotPorts {
  readonly offers: Offers
  readonly occupancy: Occupancy
  readonly clock: Clock
  /** Those who want the same slot take turns, so that a rush for one leaves room for everyone else. */
  readonly inTurn: TakeTurns
}

export interface SlotTaken {
  readonly code: 'slot-taken'
  /** The next free slots from the refused start on, at most three. */
  readonly alternatives: readonly Interval[]
}

/** What is judged and then claimed. */
export interface WantedSlot {
  readonly serviceId: ServiceId
  readonly start: Instant
  /** Around the start, wide enough for all that may be in the way. */
  readonly around: Interval
  /** The booking that is to be moved there; null for a new claim. */
  readonly moving: Booking | null
}

const ALTERNATIVES = 3

/** How often a slot is judged anew because its service or schedule has just changed. */
const MOST_JUDGEMENTS = 5

type Said = { readonly code: string }
type SlotWord = OfferChanged | Pick<Extract<BookingRejection, { code: 'slot-taken' }>, 'code'>

/**
 * Judges a slot and claims it. A yes is judged by a recent offer and has to pass the ledger, which is one round trip; a no
 * is only ever said by what is recorded now.
 *
 * @param attempt judges by the given facts and enters into the ledger what they allow
 */
export const claimSlot = <T, R extends Said>(
  ports: ClaimSlotPorts,
  wanted: WantedSlot,
  attempt: Attempt<T, R>,
): Promise<Claimed<T, R>> =>
  ports.inTurn(`${wanted.serviceId} ${wanted.start}`, () => claimNow(ports, wanted, attempt))

/** The same for a slot that a hold keeps: nobody competes for it, so there is no line to stand in. */
export const claimHeldSlot: typeof claimSlot = (ports, wanted, attempt) => claimNow(ports, wanted, attempt)

type Attempt<T, R> = (offer: Offer, claims: readonly Claim[]) => Promise<Result<T, R | SlotWord>>
type Claimed<T, R> = Result<T, Exclude<R, SlotWord> | ServiceNotFound | SlotTaken>

async function claimNow<T, R extends Said>(
  ports: ClaimSlotPorts,
  { serviceId, start, around, moving }: WantedSlot,
  attempt: Attempt<T, R>,
): Promise<Claimed<T, R>> {
  const recent = await ports.offers.recent(serviceId)
  const quick = recent && (await attempt(recent, ports.occupancy.remembered(recent, around)))
  if (quick && (quick.ok || isAnswered(quick.rejection))) return quick as Claimed<T, R>
  // What seems taken mostly is: what else there is is asked for at the same time as whether it is, in one round trip.
  const foreseen = recent && seemsTaken(quick) ? foresee(ports, recent, start, moving) : null
  for (let judged = 0; judged < MOST_JUDGEMENTS; judged++) {
    const [occupied] = await ports.occupancy.read([serviceId], () => around)
    if (!occupied) return reject({ code: 'service-not-found' })
    const outcome = await attempt(occupied.offer, occupied.claims)
    if (outcome.ok) return outcome
    const { rejection } = outcome
    if (rejection.code === 'offer-changed') continue
    if (rejection.code !== 'slot-taken') return reject(rejection as Exclude<R, SlotWord>)
    const alternatives =
      (await foreseen)?.(occupied.offer) ?? (await alternativesTo(ports, occupied.offer, start, moving))
    return reject({ code: 'slot-taken', alternatives })
  }
  throw new Unavailable('The service changes faster than it can be booked')
}

const seemsTaken = (quick: Result<unknown, Said> | undefined) =>
  quick?.ok === false && quick.rejection.code === 'slot-taken'

/**
 * Looks for alternatives before it is known whether they are needed; never rejects. What comes of it tells them if they hold:
 * for the very offer that they were looked for under, and if the slot itself was not among them, for then somebody was faster.
 */
async function foresee(
  ports: ClaimSlotPorts,
  under: Offer,
  start: Instant,
  moving: Booking | null,
): Promise<(offer: Offer) => readonly Interval[] | undefined> {
  const found = await alternativesTo(ports, under, start, moving).catch(() => undefined)
  return (offer) => (isSameOffer(under, offer) && found?.[0]?.start !== start ? found : undefined)
}

const isSameOffer = (a: Offer, b: Offer) =>
  a.service.version === b.service.version && a.schedule.version === b.schedule.version

/** What to offer to someone whose slot has gone. */
export async function alternativesTo(
  { occupancy, clock }: Pick<ClaimSlotPorts, 'occupancy' | 'clock'>,
  offer: Offer,
  start: Instant,
  moving: Booking | null = null,
): Promise<readonly Interval[]> {
  return (await firstFreeSlots(occupancy, offer, start, clock(), ALTERNATIVES, moving)) ?? []
}

/** What a key was answered before is true whatever the slot is like by now. */
const isAnswered = ({ code }: Said) => code === 'answered-before' || code === 'idempotency-key-reused'

/** What the ledger has to find unchanged when it claims a slot of this offer. */
export const judgedBy = (offer: Offer, start: Instant): JudgedBy => {
  const { service, schedule, providerNumber } = offer
  const limit = service.dailyLimit
  return {
    serviceId: service.id,
    serviceVersion: service.version,
    scheduleVersion: schedule.version,
    providerNumber,
    dailyLimit: limit === null ? null : { limit, day: limitedDay(offer, start) },
  }
}
