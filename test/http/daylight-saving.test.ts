import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { expecting, hours, openShop } from './support/shop.ts'

let app: ContractApp
before(async () => {
  app = await openContractApp()
})
after(() => app[Symbol.asyncDispose]())

interface LocalDay {
  readonly zone: string
  readonly date: string
  readonly nextDate: string
  /** On the wall clock of a Sunday. */
  readonly open: string
  /** Every slot of an hour, as the zone's clock shows it and in UTC. */
  readonly slots: readonly (readonly [local: string, utc: string])[]
}

const days: Readonly<Record<string, LocalDay>> = {
  'New York skips 02:00 on 8 March 2026: six hours of clock are five hours of work': {
    zone: 'America/New_York',
    date: '2026-03-08',
    nextDate: '2026-03-09',
    open: '00:00-06:00',
    slots: [
      ['2026-03-08T00:00:00-05:00', '2026-03-08T05:00:00Z'],
      ['2026-03-08T01:00:00-05:00', '2026-03-08T06:00:00Z'],
      ['2026-03-08T03:00:00-04:00', '2026-03-08T07:00:00Z'],
      ['2026-03-08T04:00:00-04:00', '2026-03-08T08:00:00Z'],
      ['2026-03-08T05:00:00-04:00', '2026-03-08T09:00:00Z'],
    ],
  },
  'New York opens at 02:30 on 8 March 2026 when its clocks show 03:30': {
    zone: 'America/New_York',
    date: '2026-03-08',
    nextDate: '2026-03-09',
    open: '02:30-05:30',
    slots: [
      ['2026-03-08T03:30:00-04:00', '2026-03-08T07:30:00Z'],
      ['2026-03-08T04:30:00-04:00', '2026-03-08T08:30:00Z'],
    ],
  },
  'New York has 01:00 twice on 1 November 2026: six hours of clock are seven hours of work': {
    zone: 'America/New_York',
    date: '2026-11-01',
    nextDate: '2026-11-02',
    open: '00:00-06:00',
    slots: [
      ['2026-11-01T00:00:00-04:00', '2026-11-01T04:00:00Z'],
      ['2026-11-01T01:00:00-04:00', '2026-11-01T05:00:00Z'],
      ['2026-11-01T01:00:00-05:00', '2026-11-01T06:00:00Z'],
      ['2026-11-01T02:00:00-05:00', '2026-11-01T07:00:00Z'],
      ['2026-11-01T03:00:00-05:00', '2026-11-01T08:00:00Z'],
      ['2026-11-01T04:00:00-05:00', '2026-11-01T09:00:00Z'],
      ['2026-11-01T05:00:00-05:00', '2026-11-01T10:00:00Z'],
    ],
  },
  'Berlin skips 02:00 on 29 March 2026: six hours of clock are five hours of work': {
    zone: 'Europe/Berlin',
    date: '2026-03-29',
    nextDate: '2026-03-30',
    open: '00:00-06:00',
    slots: [
      ['2026-03-29T00:00:00+01:00', '2026-03-28T23:00:00Z'],
      ['2026-03-29T01:00:00+01:00', '2026-03-29T00:00:00Z'],
      ['2026-03-29T03:00:00+02:00', '2026-03-29T01:00:00Z'],
      ['2026-03-29T04:00:00+02:00', '2026-03-29T02:00:00Z'],
      ['2026-03-29T05:00:00+02:00', '2026-03-29T03:00:00Z'],
    ],
  },
  'Berlin has 02:00 twice on 25 October 2026: six hours of clock are seven hours of work': {
    zone: 'Europe/Berlin',
    date: '2026-10-25',
    nextDate: '2026-10-26',
    open: '00:00-06:00',
    slots: [
      ['2026-10-25T00:00:00+02:00', '2026-10-24T22:00:00Z'],
      ['2026-10-25T01:00:00+02:00', '2026-10-24T23:00:00Z'],
      ['2026-10-25T02:00:00+02:00', '2026-10-25T00:00:00Z'],
      ['2026-10-25T02:00:00+01:00', '2026-10-25T01:00:00Z'],
      ['2026-10-25T03:00:00+01:00', '2026-10-25T02:00:00Z'],
      ['2026-10-25T04:00:00+01:00', '2026-10-25T03:00:00Z'],
      ['2026-10-25T05:00:00+01:00', '2026-10-25T04:00:00Z'],
    ],
  },
  'a Sunday in Kolkata is half an hour off everyone else’s grid': {
    zone: 'Asia/Kolkata',
    date: '2026-01-11',
    nextDate: '2026-01-12',
    open: '10:00-13:00',
    slots: [
      ['2026-01-11T10:00:00+05:30', '2026-01-11T04:30:00Z'],
      ['2026-01-11T11:00:00+05:30', '2026-01-11T05:30:00Z'],
      ['2026-01-11T12:00:00+05:30', '2026-01-11T06:30:00Z'],
    ],
  },
}

const anHourAfter = (instant: string) =>
  new Date(Date.parse(instant) + 3_600_000).toISOString().replace('.000', '')

for (const [sentence, { zone, date, nextDate, open, slots }] of Object.entries(days)) {
  test(sentence, async () => {
    const shop = await openShop(app, { timeZone: zone, weeklyHours: { sunday: hours(open) } })
    const range = `from=${date}&to=${nextDate}`
    const available = slots.map(([, utc]) => ({ start: utc, end: anHourAfter(utc), status: 'available' }))
    assert.deepEqual(await shop.slots(range), available)

    const local = await shop.slots(`${range}&time_zone=${zone}`)
    assert.deepEqual(
      local.map(({ start }) => start),
      slots.map(([wall]) => wall),
    )

    const board = `/v1/providers/${shop.provider.id}/days/${date}?service_id=${shop.serviceId}`
    const { slots: onBoard, time_zone } = await expecting(200, app.ask('GET', board))
    assert.deepEqual([onBoard, time_zone], [available, zone])

    // Every one is booked as the zone's clock spells it, and none is left.
    for (const [index, [wall, utc]] of slots.entries()) {
      const booked = await expecting(201, shop.book(index % 2 === 0 ? wall : utc))
      assert.deepEqual([booked.start, booked.end], [utc, anHourAfter(utc)])
    }
    assert.deepEqual(await shop.slots(range), [])
  })
}
