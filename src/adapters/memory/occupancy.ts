import type { Occupancy } from '../../application/ports/occupancy.ts'
import type { Offer } from '../../domain/service.ts'
import { memoryBookingLedger } from './booking-ledger.ts'
import type { MemoryDatabase } from './database.ts'

/** Occupancy of one process, as it is at this moment. */
export function memoryOccupancy(database: MemoryDatabase): Occupancy {
  const { claims } = memoryBookingLedger(database)
  const isRecorded = ({ service, schedule, providerIsActive }: Offer) =>
    database.services.get(service.id)?.version === service.version &&
    database.schedules.get(service.providerId)?.version === schedule.version &&
    (database.accounts.get(service.providerId)?.account.user.deactivatedAt === null) === providerIsActive
  return {
    async read(offers, range) {
      const providers = [...new Set(offers.map(({ providerNumber }) => providerNumber))]
      const isCurrent = offers.every(isRecorded)
      return { isCurrent, claims: await claims(providers, range) }
    },
  }
}
