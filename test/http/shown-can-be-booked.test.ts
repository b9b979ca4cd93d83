import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import type { TestResponse } from '../support/app.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import {
  expecting,
  openShop,
  type Shop,
  type ShopOptions,
  type ShownSlot,
  type Week,
} from './support/shop.ts'

const NOW = '2026-03-07T12:00:00Z'
const DAYS = ['saturday', 'sunday', 'monday'] as const
const MINUTE = 60_000

let app: ContractApp
before(async () => {
  app = await openContractApp(NOW)
})
after(() => app[Symbol.asyncDispose]())

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** A few apart or touching intervals of a day, in quarters of an hour. */
const dayHours = (most: number) =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: 96 }), { minLength: 2, maxLength: 2 * most })
    .map((quarters) => quarters.sort((a, b) => a - b))
    .map((quarters) =>
      quarters.flatMap((start, index) => {
        const end = quarters[index + 1]
        return index % 2 === 0 && end !== undefined
          ? [{ start: clock(start * 15), end: clock(end * 15) }]
          : []
      }),
    )

const week = (most: number): fc.Arbitrary<Week> =>
  fc
    .tuple(...DAYS.map(() => dayHours(most)))
    .map((days) => Object.fromEntries(DAYS.map((day, i) => [day, days[i] ?? []])))

/** A shop on the weekend on which New York changes its clocks, and how far into the slots its bookings are. */
const situations = fc.record({
  shop: fc.record({
    timeZone: fc.constantFrom('America/New_York', 'UTC', 'Asia/Kolkata'),
    weeklyHours: week(3),
    breaks: fc.oneof(fc.constant({}), week(1)),
    service: fc.record({
      duration_minutes: fc.constantFrom(45, 60, 90, 180),
      slot_interval_minutes: fc.constantFrom(45, 60, 90),
      buffer_before_minutes: fc.constantFrom(0, 0, 15),
      buffer_after_minutes: fc.constantFrom(0, 0, 30),
      min_notice_minutes: fc.constantFrom(0, 0, 120),
      max_horizon_days: fc.constantFrom(1, 2, 30),
      daily_limit: fc.constantFrom(null, null, 1, 2),
      weekly_hours: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: week(2) }),
    }),
  }) satisfies fc.Arbitrary<ShopOptions>,
  booked: fc.array(fc.nat(), { maxLength: 4 }),
})

const everySlot = (shop: Shop) => shop.slots('from=2026-03-07T00:00:00Z&to=2026-03-09T12:00:00Z&status=all')

/** What booking says to a slot that a search shows with this reason. */
const refusalOf = ({ start, reason }: ShownSlot): string => {
  switch (reason) {
    case 'booked':
    case 'buffer':
      return '409 slot-taken'
    case 'break':
      return '422 in-break break'
    case 'service-hours':
      return '422 outside-hours service-hours'
    case 'notice':
      return start < NOW ? '422 in-the-past' : '422 notice-too-short notice'
    case 'horizon':
      return '422 beyond-horizon horizon'
    case 'daily-limit':
      return '422 daily-limit-reached daily-limit'
    default:
      throw new Error(`No slot of these shops is ${reason}`)
  }
}

const wordsOf = (response: TestResponse) => {
  const { status, code, reason } = response.json()
  return [status, code, ...(reason ? [reason] : [])].join(' ')
}

/** Books one of the free slots after the other, and says which. */
const fill = async (shop: Shop, picks: readonly number[]) => {
  for (const pick of picks) {
    const free = (await everySlot(shop)).filter(({ status }) => status === 'available')
    const slot = free[pick % free.length]
    if (slot) await expecting(201, shop.book(slot.start))
  }
}

test('what is shown can be booked, and what is not is refused with the reason that a search gives', async () => {
  await fc.assert(
    fc.asyncProperty(situations, async ({ shop: options, booked }) => {
      const shop = await openShop(app, options)
      await fill(shop, booked)
      const slots = await everySlot(shop)
      for (const slot of slots) {
        const response = await shop.book(slot.start)
        if (slot.status !== 'available') {
          assert.equal(wordsOf(response), refusalOf(slot), slot.start)
          continue
        }
        // Taken back, so that the next slot is judged as it was shown.
        const { id, end } = await expecting(201, Promise.resolve(response))
        assert.equal(end, slot.end)
        await expecting(200, app.ask('POST', `/v1/bookings/${id}/cancel`, { token: shop.provider.token }))
      }
      assert.deepEqual(await everySlot(shop), slots)
    }),
    { numRuns: 12, interruptAfterTimeLimit: 60_000 },
  )
})

test('an instant that no search shows is refused, whatever its distance from the grid', async () => {
  await fc.assert(
    fc.asyncProperty(situations, fc.integer({ min: 1, max: 23 }), async ({ shop: options }, step) => {
      const shop = await openShop(app, options)
      const shown = new Set((await everySlot(shop)).map(({ start }) => Date.parse(start)))
      const first = Date.parse('2026-03-07T12:00:00Z')
      for (let start = first + step * MINUTE; start < first + 2_000 * MINUTE; start += 115 * MINUTE) {
        if (shown.has(start)) continue
        const response = await shop.book(new Date(start).toISOString())
        assert.match(
          wordsOf(response),
          /^422 (off-grid$|outside-hours( day-off)?$)/,
          new Date(start).toISOString(),
        )
      }
    }),
    { numRuns: 6, interruptAfterTimeLimit: 60_000 },
  )
})
