import type { Offers } from '../../application/ports/service-catalog.ts'
import { isActiveProvider } from '../../domain/account-changes.ts'
import type { ServiceId } from '../../domain/ids.ts'
import type { Offer } from '../../domain/service.ts'
import type { MemoryDatabase } from './database.ts'

/** Offers as they are recorded now; what is recent here is current. */
export function memoryOffers({ services, schedules, accounts }: MemoryDatabase): Offers {
  const offerOf = (id: ServiceId): Offer | undefined => {
    const service = services.get(id)
    const schedule = service && schedules.get(service.providerId)
    const provider = service && accounts.get(service.providerId)
    if (!provider || !schedule) return undefined
    const { user } = provider.account
    return { service, schedule, providerNumber: user.number, providerIsActive: isActiveProvider(user) }
  }

  return {
    async recent(id) {
      return offerOf(id)
    },

    async current(ids) {
      return ids.map(offerOf).filter((offer) => offer !== undefined)
    },
  }
}
