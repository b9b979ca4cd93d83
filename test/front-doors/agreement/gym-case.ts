import fc from 'fast-check'
import type { Actor } from '../../../src/domain/actor.ts'
import { type EpochDay, plusDays } from '../../../src/domain/calendar.ts'
import type { UserNumber } from '../../../src/domain/ids.ts'
import { plusMinutes } from '../../../src/domain/instant.ts'
import type { Service } from '../../../src/domain/service.ts'
import { localDay, zoneOf } from '../../../src/domain/zone.ts'
import { openStage, type Stage } from '../../application/stage.ts'
import { type Situation, situations } from '../../domain/support/arbitraries.ts'
import { actorOf, addAccount, addOffer, bookingEntry, NOW } from '../../support/fixtures.ts'

/** A trainer with a schedule of any kind and bookings in it, and a member who looks around. */
export interface GymCase {
  readonly stage: Stage
  readonly trainer: UserNumber
  readonly provider: Actor
  readonly member: Actor
  readonly zone: string
  /** What the board shows. */
  readonly service: Service
  readonly days: readonly EpochDay[]
  /** Minutes of the day at which somebody may want to begin, whatever the hours are. */
  readonly anyTimes: readonly number[]
}

const drafts = fc.record({
  situation: situations,
  anyTimes: fc.array(
    fc.integer({ min: 0, max: 287 }).map((step) => step * 5),
    { minLength: 2, maxLength: 2 },
  ),
  hasOthers: fc.boolean(),
})

type Draft = typeof drafts extends fc.Arbitrary<infer T> ? T : never

/** The case of a number; it follows from the seed and the number alone. */
export function drawCase(seed: number, number: number): Promise<GymCase> {
  const [draft] = fc.sample(drafts, { seed: (seed * 1_000_003 + number) | 0, numRuns: 1 })
  return setUp(draft as Draft)
}

async function setUp({ situation, anyTimes, hasOthers }: Draft): Promise<GymCase> {
  const { offer, range, now } = situation
  const stage = openStage()
  const provider = await addAccount(stage.accounts, 'provider')
  const member = await addAccount(stage.accounts, 'customer')
  const { id: _id, providerId: _of, ...terms } = offer.service
  const shown = await addOffer(stage, provider, { ...terms, createdAt: NOW })
  if (hasOthers) {
    const later = { createdAt: plusMinutes(NOW, 1) }
    await addOffer(stage, provider, { ...later, durationMinutes: 45, category: 'other' })
    await addOffer(stage, provider, { ...later, durationMinutes: terms.durationMinutes, category: 'twin' })
  }
  const { timeZone, weeklyHours, breaks, overrides, timeOff } = offer.schedule
  stage.changeSchedule(provider.user.id, { timeZone, weeklyHours, breaks, overrides, timeOff })
  await bookSome(stage, situation, shown.service, actorOf(member))
  stage.setClock(now)
  const day = localDay(zoneOf(timeZone), range.start)
  return {
    stage,
    trainer: provider.user.number,
    provider: actorOf(provider),
    member: actorOf(member),
    zone: timeZone,
    service: shown.service,
    days: [day, plusDays(day, 1)],
    anyTimes,
  }
}

/** Books what the situation has as taken, as far as it fits; the hours do not matter here. */
async function bookSome(stage: Stage, { claims }: Situation, service: Service, { userId }: Actor) {
  const [offer] = await stage.offers.current([service.id])
  if (!offer) throw new Error('A service that was added has no offer')
  for (const { start } of claims) {
    const entry = bookingEntry(offer, userId, start)
    await stage.ledger.book({ ...entry, judgedBy: { ...entry.judgedBy, dailyLimit: null } }, null)
  }
}
