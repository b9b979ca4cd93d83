import type { Arrivals, Arrived, KnownPerson, Named } from '../../application/ports/arrivals.ts'
import type { Booking } from '../../domain/booking.ts'
import { WEEKDAYS } from '../../domain/calendar.ts'
import type { ServiceId, UserId, UserNumber } from '../../domain/ids.ts'
import type { ArrivingPerson } from '../../domain/moving-in/person.ts'
import type { BookedService, SettledBooking } from '../../domain/moving-in/settled-booking.ts'
import { withBuffers } from '../../domain/occupancy.ts'
import { giveSchedule, nextUserNumber } from './accounts.ts'
import { nextBookingNumber } from './booking-ledger.ts'
import { addClaim, isTaken } from './claims.ts'
import { type MemoryDatabase, storeClock } from './database.ts'

/** Where another system moves into memory: each row by itself, as nothing here can be cut off in between. */
export const memoryArrivals = (database: MemoryDatabase): Arrivals => {
  const { imported, accounts } = database
  const remember = (subject: string, sourceId: string, id: string) =>
    imported.set(`${subject} ${sourceId}`, id)
  const recall = (subject: string, sourceId: string) => imported.get(`${subject} ${sourceId}`)

  const refused = (
    sourceId: string,
    code: Extract<Arrived, { ok: false }>['code'],
    field: string,
  ): Arrived => ({ sourceId, ok: false, code, field })

  const came = (sourceId: string, isNumberKept = true): Arrived => ({ sourceId, ok: true, isNumberKept })

  function addPerson({ sourceId, arrival }: Named<ArrivingPerson>): Arrived {
    const { user, profile } = arrival.account
    const all = [...accounts.values()].map(({ account }) => account.user)
    if (all.some(({ id }) => id === user.id)) return refused(sourceId, 'id-taken', 'id')
    const email = user.email.toLowerCase()
    if (all.some((other) => other.email.toLowerCase() === email)) {
      return refused(sourceId, 'email-taken', 'email')
    }
    const isFree = arrival.number !== null && !all.some(({ number }) => number === arrival.number)
    const number = isFree ? (arrival.number as UserNumber) : nextUserNumber(database)
    const account = { user: { ...user, number }, profile, version: 1 }
    accounts.set(user.id, { account, passwordHash: arrival.passwordHash })
    giveSchedule(database, account)
    for (const name of [sourceId, arrival.alias]) if (name !== null) remember('person', name, user.id)
    return came(sourceId, arrival.number === null || isFree)
  }

  function addBooking({ sourceId, arrival }: Named<SettledBooking>): Arrived {
    const { bookings, reminders, history } = database
    const { id, start, end, serviceId } = arrival.booking
    if (bookings.has(id)) return refused(sourceId, 'id-taken', 'id')
    const blocked = withBuffers(arrival.booking, arrival.booking)
    if (arrival.isStanding) {
      if (isTaken(database, arrival.providerNumber, blocked, () => false)) {
        return refused(sourceId, 'slot-taken', 'start')
      }
      addClaim(database, arrival.providerNumber, {
        bookingId: id,
        serviceId,
        start,
        end,
        blocked,
        hold: null,
      })
      reminders.set(id, arrival.reminders)
    }
    const isFree =
      arrival.number !== null && !bookings.values().some(({ number }) => number === arrival.number)
    const number = isFree ? (arrival.number as number) : nextBookingNumber(database)
    bookings.set(id, { ...arrival.booking, number } as Booking)
    history.set(id, arrival.history)
    remember('booking', sourceId, id)
    return came(sourceId, arrival.number === null || isFree)
  }

  return {
    async missing(subject, sourceIds) {
      return new Set(sourceIds.filter((sourceId) => recall(subject, sourceId) === undefined))
    },

    async reserveNumbers(subject, highest) {
      database.reserved[subject] = Math.max(database.reserved[subject], highest)
    },

    addPeople: async (people) => people.map(addPerson),

    async people(sourceIds) {
      const found = sourceIds.flatMap((sourceId): [string, KnownPerson][] => {
        const account = accounts.get(recall('person', sourceId) as UserId)?.account
        if (!account) return []
        const { user, profile } = account
        return [[sourceId, { id: user.id, number: user.number, timeZone: profile.timeZone }]]
      })
      return new Map(found)
    },

    addServices: async (services) =>
      services.map(({ sourceId, arrival: { id, providerId, terms, createdAt } }) => {
        if (database.services.has(id)) return refused(sourceId, 'id-taken', 'id')
        database.services.set(id, { ...terms, id, providerId, version: 1, createdAt, updatedAt: createdAt })
        remember('service', sourceId, id)
        return came(sourceId)
      }),

    async services(sourceIds) {
      const found = sourceIds.flatMap((sourceId): [string, BookedService][] => {
        const service = database.services.get(recall('service', sourceId) as ServiceId)
        return service ? [[sourceId, service]] : []
      })
      return new Map(found)
    },

    addHours: async (hours) =>
      hours.map(({ sourceId, arrival: { providerId, week } }) => {
        const schedule = database.schedules.get(providerId)
        const isFree = schedule && WEEKDAYS.every((day) => schedule.weeklyHours[day].length === 0)
        if (isFree && week) {
          const { weeklyHours, breaks } = week
          const changed = { ...schedule, weeklyHours, breaks, version: schedule.version + 1 }
          database.schedules.set(providerId, changed)
        }
        remember('hours', sourceId, providerId)
        return came(sourceId)
      }),

    addBookings: async (bookings) => bookings.map(addBooking),

    addResetTokens: async (tokens) =>
      tokens.map(({ sourceId, arrival: { token, userId, expiresAt } }) => {
        if (database.resets.has(token) || expiresAt <= storeClock()) {
          return refused(sourceId, 'id-taken', 'token')
        }
        database.resets.set(token, { userId, expiresAt, isUsed: false })
        remember('reset-token', sourceId, userId)
        return came(sourceId)
      }),
  }
}
