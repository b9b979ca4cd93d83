import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type EpochDay, parseDate, plusDays } from '../../src/domain/calendar.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { type ScheduleOverride, type WorkingWeek, workingWeek } from '../../src/domain/schedule.ts'
import {
  accepted,
  addAccount,
  addOffer,
  at,
  bookingEntry,
  hours,
  NOW,
  newAccount,
  occasion,
  rejectionOf,
} from '../support/fixtures.ts'
import { type OpenHarness, times } from './harness.ts'

const FULL_WEEK: WorkingWeek = accepted(
  workingWeek({
    timeZone: 'Europe/Berlin',
    weeklyHours: {
      sunday: [hours('18:00-24:00'), hours('00:00-06:00')],
      monday: [hours('13:00-17:30'), hours('09:00-12:00'), hours('12:00-12:45')],
    },
    breaks: {
      monday: [
        { ...hours('15:00-15:10'), label: null },
        { ...hours('10:00-10:15'), label: 'café ☕ "quoted", {braces}' },
      ],
    },
  }),
)

const EMPTY_WEEK: WorkingWeek = accepted(workingWeek({ timeZone: 'UTC', weeklyHours: {}, breaks: {} }))

/** What every implementation of the `ScheduleCatalog` port keeps. */
export function scheduleCatalogContract(name: string, open: OpenHarness): void {
  describe(`${name} schedule catalog`, () => {
    replacing(open)
    refusing(open)
    racing(open)
  })
}

function replacing(open: OpenHarness): void {
  it('puts another week in place of the recorded one, one version on', async () => {
    await using harness = await open()
    const { user } = await addAccount(harness.accounts, 'provider')
    for (const [index, week] of [FULL_WEEK, EMPTY_WEEK, FULL_WEEK].entries()) {
      const replaced = accepted(await harness.schedules.replaceWeek(user.id, week, null, occasion()))
      const expected = { providerId: user.id, version: index + 2, ...week, overrides: new Map(), timeOff: [] }
      assert.deepEqual(replaced, expected)
      assert.deepEqual(await harness.schedules.find(user.id), expected)
    }
  })

  it('leaves overrides and time off as they are', async () => {
    await using harness = await open()
    const { user } = await addAccount(harness.accounts, 'provider')
    const day = parseDate('2030-02-28') as EpochDay
    const special = { hours: [hours('08:00-09:00'), hours('22:00-24:00')], reason: 'fair 🎪' }
    const closed = { hours: [], reason: null }
    await harness.probe.addOverride(user.id, day, special)
    await harness.probe.addOverride(user.id, plusDays(day, 1), closed)
    const later = { start: at('2030-07-01T00:00:00.250Z'), end: at('2030-07-15T00:00:00Z') }
    const sooner = { start: at('2030-03-01T10:30:00Z'), end: at('2030-03-01T11:00:00Z') }
    await harness.probe.addTimeOff(user.id, later)
    await harness.probe.addTimeOff(user.id, sooner)
    const replaced = accepted(await harness.schedules.replaceWeek(user.id, FULL_WEEK, null, occasion()))
    const overrides = new Map<EpochDay, ScheduleOverride>([
      [day, special],
      [plusDays(day, 1), closed],
    ])
    const expected = {
      providerId: user.id,
      version: replaced.version,
      ...FULL_WEEK,
      overrides,
      timeOff: [sooner, later],
    }
    assert.deepEqual(replaced, expected)
    assert.deepEqual(await harness.schedules.find(user.id), expected)
  })

  it('leaves every booking as it is', async () => {
    await using harness = await open()
    const provider = await addAccount(harness.accounts, 'provider')
    const customer = await addAccount(harness.accounts, 'customer')
    const offer = await addOffer(harness, provider)
    const entry = bookingEntry(offer, customer.user.id, plusMinutes(NOW, 600))
    const booking = accepted(await harness.ledger.book(entry, null))
    const counts = await harness.probe.counts()
    accepted(await harness.schedules.replaceWeek(provider.user.id, EMPTY_WEEK, null, occasion()))
    assert.deepEqual(await harness.archive.find(booking.id), booking)
    assert.deepEqual(await harness.probe.counts(), counts)
  })

  it('leaves the weeks of other providers as they are', async () => {
    await using harness = await open()
    const one = await addAccount(harness.accounts, 'provider')
    const other = await addAccount(harness.accounts, 'provider')
    await harness.schedules.replaceWeek(one.user.id, FULL_WEEK, null, occasion())
    const before = await harness.schedules.find(one.user.id)
    await harness.schedules.replaceWeek(other.user.id, EMPTY_WEEK, null, occasion())
    assert.deepEqual(await harness.schedules.find(one.user.id), before)
  })
}

function refusing(open: OpenHarness): void {
  it('refuses another expected version than the recorded one, names it and changes nothing', async () => {
    await using harness = await open()
    const { user } = await addAccount(harness.accounts, 'provider')
    accepted(await harness.schedules.replaceWeek(user.id, FULL_WEEK, 1, occasion()))
    const before = await harness.schedules.find(user.id)
    for (const expected of [1, 3, 0]) {
      const refused = await harness.schedules.replaceWeek(user.id, EMPTY_WEEK, expected, occasion())
      assert.deepEqual(rejectionOf(refused), { code: 'version-mismatch', version: 2 })
    }
    assert.deepEqual(await harness.schedules.find(user.id), before)
    assert.equal(accepted(await harness.schedules.replaceWeek(user.id, EMPTY_WEEK, 2, occasion())).version, 3)
  })

  it('knows a schedule of providers alone', async () => {
    await using harness = await open()
    const customer = await addAccount(harness.accounts, 'customer')
    for (const id of [customer.user.id, newAccount('provider').user.id]) {
      assert.equal(await harness.schedules.find(id), undefined)
      for (const expected of [null, 1]) {
        const refused = await harness.schedules.replaceWeek(id, FULL_WEEK, expected, occasion())
        assert.deepEqual(rejectionOf(refused), { code: 'provider-not-found' })
      }
    }
  })
}

/** A week that can be told from every other, in its hours and in its breaks. */
const weekOf = (index: number): WorkingWeek => {
  const minute = String(index).padStart(2, '0')
  const weeklyHours = { monday: [hours(`09:${minute}-12:00`)], friday: [hours(`13:${minute}-18:00`)] }
  const breaks = { monday: [{ ...hours(`10:${minute}-11:00`), label: `week ${index}` }] }
  return accepted(workingWeek({ timeZone: 'UTC', weeklyHours, breaks }))
}

function racing(open: OpenHarness): void {
  it('writes exactly one of twenty who expect the same version', async () => {
    await using harness = await open()
    const { user } = await addAccount(harness.accounts, 'provider')
    for (const round of times(10)) {
      const results = await Promise.all(
        times(20).map((index) =>
          harness.schedules.replaceWeek(user.id, weekOf(index), round + 1, occasion()),
        ),
      )
      const written = results.filter(({ ok }) => ok)
      assert.equal(written.length, 1)
      assert.deepEqual(await harness.schedules.find(user.id), written[0]?.ok && written[0].value)
    }
  })

  it('writes all of twenty who expect no version, each a whole week and a version of its own', async () => {
    await using harness = await open()
    const { user } = await addAccount(harness.accounts, 'provider')
    const results = await Promise.all(
      times(20).map((index) => harness.schedules.replaceWeek(user.id, weekOf(index), null, occasion())),
    )
    const written = results.map(accepted)
    assert.deepEqual(
      written.map(({ version }) => version).sort((left, right) => left - right),
      times(20).map((index) => index + 2),
    )
    for (const [index, { weeklyHours, breaks }] of written.entries()) {
      assert.deepEqual({ timeZone: 'UTC', weeklyHours, breaks }, weekOf(index))
    }
    const last = written.find(({ version }) => version === 21)
    assert.deepEqual(await harness.schedules.find(user.id), last)
  })
}
