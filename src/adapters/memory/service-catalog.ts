import type { ServiceCatalog, ServiceFilter, ServiceSort } from '../../application/ports/service-catalog.ts'
import { isActiveProvider } from '../../domain/account-changes.ts'
import { formatAmount } from '../../domain/money.ts'
import { ok, reject } from '../../domain/result.ts'
import type { Service } from '../../domain/service.ts'
import { underKey } from './answers.ts'
import { loggedService } from './catalog-events.ts'
import { insert, type MemoryDatabase } from './database.ts'
import { type Order, pageIn } from './page.ts'

/** What is on sale, for as long as the process lives. */
export const memoryServiceCatalog = (database: MemoryDatabase): ServiceCatalog => ({
  add: (event, recording) =>
    underKey<Service, never>(database, recording, () => {
      const { service } = event
      insert(database.services, service.id, service)
      database.log.events.push(loggedService(event))
      return ok(service)
    }),

  async find(id) {
    return database.services.get(id)
  },

  async replace(event) {
    const { service } = event
    const recorded = database.services.get(service.id)
    if (!recorded) throw new Error(`There is no service ${service.id}`)
    const { version } = recorded
    if (version !== service.version - 1) return reject({ code: 'version-mismatch', version })
    database.services.set(service.id, service)
    database.log.events.push(loggedService(event))
    return ok(service)
  },

  async activeOf(providerId) {
    const active = database.services.values().filter((one) => one.isActive && one.providerId === providerId)
    return [...active].sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
  },

  async list(filter, page) {
    const isOffered = ({ isActive, providerId }: Service) => {
      const provider = database.accounts.get(providerId)?.account.user
      return isActive && provider !== undefined && isActiveProvider(provider)
    }
    const found = database.services.values().filter((service) => matches(service, filter, isOffered))
    return pageIn(found, ORDERS[filter.sort], page)
  },
})

const createdAt = ({ createdAt }: Service) => createdAt
/** The amount in whole units: that is how prices in several currencies stand side by side. */
const price = ({ price }: Service) => Number(formatAmount(price))

const ORDERS: Readonly<Record<ServiceSort, Order<Service>>> = {
  created_at: { value: createdAt, descending: false },
  '-created_at': { value: createdAt, descending: true },
  price: { value: price, descending: false },
  '-price': { value: price, descending: true },
  title: { value: ({ title }) => title, descending: false },
}

function matches(service: Service, filter: ServiceFilter, isOffered: (service: Service) => boolean): boolean {
  const { providerId, category, currency, minPrice, maxPrice, text, retiredOf } = filter
  const { minorUnits } = service.price
  return (
    (isOffered(service) || retiredOf === 'anyone' || retiredOf === service.providerId) &&
    (providerId === null || service.providerId === providerId) &&
    (category === null || service.category === category) &&
    (currency === null || service.price.currency === currency) &&
    (minPrice === null || minorUnits >= minPrice) &&
    (maxPrice === null || minorUnits <= maxPrice) &&
    (text === null || [service.title, service.description].some((words) => isIn(words, text)))
  )
}

const isIn = (words: string, text: string) => words.toLowerCase().includes(text.toLowerCase())
