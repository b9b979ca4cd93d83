import type { ErasureNews, Erasures } from '../../application/ports/erasures.ts'
import { isStanding } from '../../domain/booking.ts'
import {
  isOfProvider,
  withoutHours,
  withoutProvider,
  withoutReasons,
  withoutWords,
} from '../../domain/erasure.ts'
import type { UserId } from '../../domain/ids.ts'
import { ok, reject } from '../../domain/result.ts'
import { endSessions, isLastAdmin } from './accounts.ts'
import { loggedSchedule, loggedService } from './catalog-events.ts'
import { type MemoryDatabase, storeClock } from './database.ts'

/** The end of accounts in one process. */
export const memoryErasures = (database: MemoryDatabase): Erasures => {
  const { accounts, bookings, history, erased, userEvents } = database
  const bookingsOf = (id: UserId) =>
    [...bookings.values()].filter(({ customerId, providerId }) => [customerId, providerId].includes(id))

  return {
    async begin(id, expectedVersion, news) {
      const recorded = accounts.get(id)
      if (!recorded) return reject({ code: 'user-not-found' })
      if (isLastAdmin(database, id)) return reject({ code: 'last-admin' })
      const { account } = recorded
      const { version } = account
      if (expectedVersion !== null && expectedVersion !== version) {
        return reject({ code: 'version-mismatch', version })
      }
      accounts.delete(id)
      erased.set(id, { isErasing: true })
      endSessions(database, id)
      for (const [token, reset] of database.resets) if (reset.userId === id) database.resets.delete(token)
      forgetTraces(database, id, account.user.email)
      emptyOffer(database, id, news)
      userEvents.push(news.user(version + 1))
      return ok(null)
    },

    async standing(id, now, limit) {
      return bookingsOf(id)
        .filter(isStanding)
        .filter(({ start }) => start > now)
        .slice(0, limit)
    },

    async finish(id) {
      for (const booking of bookingsOf(id)) {
        bookings.set(booking.id, withoutWords(booking, id))
        history.set(booking.id, withoutReasons(history.get(booking.id) ?? []))
      }
      for (const [place, { answer }] of database.answers) {
        if (answer.includes(id)) database.answers.delete(place)
      }
      erased.set(id, { isErasing: false })
    },

    async unfinished(limit) {
      return [...erased]
        .filter(([, { isErasing }]) => isErasing)
        .map(([id]) => id)
        .slice(0, limit)
    },
  }
}

function forgetTraces(database: MemoryDatabase, id: UserId, email: string): void {
  for (const [request, asked] of database.resetRequests) {
    if (asked.email.toLowerCase() === email.toLowerCase()) database.resetRequests.delete(request)
  }
  for (const [name, userId] of database.outsideIdentities) {
    if (userId !== id) continue
    database.outsideIdentities.delete(name)
    database.erasedIdentities.set(name, storeClock())
  }
  for (const place of database.answers.keys()) if (place.startsWith(id)) database.answers.delete(place)
  for (const [provider, claims] of database.claims) {
    database.claims.set(
      provider,
      claims.filter(({ hold }) => hold?.holderId !== id),
    )
  }
}

function emptyOffer(
  { schedules, services, timeOff, log }: MemoryDatabase,
  id: UserId,
  news: ErasureNews,
): void {
  const schedule = schedules.get(id)
  if (schedule) {
    const emptied = withoutHours(schedule)
    schedules.set(id, emptied)
    log.events.push(loggedSchedule(news.schedule(emptied)))
  }
  timeOff.delete(id)
  for (const [key, service] of services) {
    if (service.providerId !== id || !isOfProvider(service)) continue
    const after = withoutProvider(service, news.now)
    services.set(key, after)
    log.events.push(loggedService(news.service(service, after)))
  }
}
