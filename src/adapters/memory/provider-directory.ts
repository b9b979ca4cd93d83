import type { Provider, ProviderDirectory } from '../../application/ports/provider-directory.ts'
import type { Account } from '../../domain/account.ts'
import type { MemoryDatabase } from './database.ts'
import { pageIn } from './page.ts'

/** Providers as everyone may see them. */
export const memoryProviderDirectory = (database: MemoryDatabase): ProviderDirectory => {
  const providerOf = ({ user, profile }: Account): Provider | undefined => {
    const schedule = database.schedules.get(user.id)
    if (!schedule || user.deactivatedAt !== null || !user.roles.includes('provider')) return undefined
    const { firstName, lastName } = profile
    return { id: user.id, number: user.number, firstName, lastName, timeZone: schedule.timeZone }
  }

  return {
    async find(id) {
      const credentials = database.accounts.get(id)
      return credentials && providerOf(credentials.account)
    },

    async findByNumber(number) {
      const credentials = database.accounts.values().find(({ account }) => account.user.number === number)
      return credentials && providerOf(credentials.account)
    },

    async list(page) {
      const providers = database.accounts
        .values()
        .map(({ account }) => providerOf(account))
        .filter((provider) => provider !== undefined)
      return pageIn(providers, { value: (provider) => provider.number, descending: false }, page)
    },
  }
}
