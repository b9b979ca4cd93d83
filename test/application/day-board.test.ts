import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readDayBoard } from '../../src/application/availability.ts'
import type { ServiceId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import {
  accepted,
  actorOf,
  addAccount,
  addOffer,
  at,
  hours,
  newId,
  rejectionOf,
} from '../support/fixtures.ts'
import { ADMIN, bookSlot, commandOf, dayOf, openOffice } from './stage.ts'

const TUESDAY_TEN = at('2030-01-08T10:00:00Z')

describe('The board of a day', () => {
  it('shows the booking behind a slot to the provider and to admins, and to nobody else', async () => {
    const office = await openOffice()
    const booking = accepted(
      await bookSlot(office)(office.customer, commandOf(office.serviceId, TUESDAY_TEN)),
    )
    const stranger = actorOf(await addAccount(office.accounts, 'provider'))
    const read = readDayBoard(office)
    const boardFor = async (actor: Parameters<typeof read>[0]) =>
      accepted(await read(actor, office.provider.userId, office.serviceId, dayOf('2030-01-08')))
    for (const actor of [office.provider, ADMIN]) {
      const { slots } = await boardFor(actor)
      assert.deepEqual(
        slots.map((slot) => slot.booking),
        [null, booking, null, null, null, null, null, null],
      )
    }
    for (const actor of [null, office.customer, stranger]) {
      const { slots } = await boardFor(actor)
      assert(slots.every((slot) => slot.booking === null))
      assert.equal(slots[1]?.reason, 'booked')
    }
  })

  it('shows the booking of another service in every slot that it takes', async () => {
    const office = await openOffice({ slotIntervalMinutes: 30 })
    const other = await addOffer(office, office.providerAccount, {
      durationMinutes: 90,
      slotIntervalMinutes: 30,
    })
    const booking = accepted(
      await bookSlot(office)(office.customer, commandOf(other.service.id, TUESDAY_TEN)),
    )
    const board = accepted(
      await readDayBoard(office)(
        office.provider,
        office.provider.userId,
        office.serviceId,
        dayOf('2030-01-08'),
      ),
    )
    const starts = board.slots.filter((slot) => slot.booking?.id === booking.id).map(({ start }) => start)
    assert.deepEqual(
      starts,
      [-30, 0, 30, 60].map((minutes) => plusMinutes(TUESDAY_TEN, minutes)),
    )
  })

  it('is a local day of the provider, also one of twenty-three hours', async () => {
    const weeklyHours = { sunday: [hours('00:00-24:00')] }
    const office = await openOffice({}, { timeZone: 'America/New_York', weeklyHours })
    const board = accepted(
      await readDayBoard(office)(null, office.provider.userId, office.serviceId, dayOf('2030-03-10')),
    )
    assert.equal(board.slots.length, 23)
    assert.equal(board.slots[0]?.start, at('2030-03-10T00:00:00-05:00'))
  })

  it('says service-not-found of a service of another provider, or of none', async () => {
    const office = await openOffice()
    const day = dayOf('2030-01-08')
    const other = await addAccount(office.accounts, 'provider')
    const wrong = await readDayBoard(office)(null, other.user.id, office.serviceId, day)
    assert.deepEqual(rejectionOf(wrong), { code: 'service-not-found' })
    const unknown = await readDayBoard(office)(null, office.provider.userId, newId() as ServiceId, day)
    assert.deepEqual(rejectionOf(unknown), { code: 'service-not-found' })
  })
})
