import type { OutsideIdentities, OutsideName } from '../../application/ports/outside-identities.ts'
import { reject } from '../../domain/result.ts'
import { memoryAccounts } from './accounts.ts'
import type { MemoryDatabase } from './database.ts'

/** Whom outside issuers name, for as long as the process lives. */
export function memoryOutsideIdentities(database: MemoryDatabase): OutsideIdentities {
  const { outsideIdentities: users, erasedIdentities } = database
  const keyOf = ({ issuer, subject }: OutsideName) => JSON.stringify([issuer, subject])
  const accounts = memoryAccounts(database)
  return {
    find: async (name) => users.get(keyOf(name)),
    list: async (id) =>
      [...users]
        .filter(([, userId]) => userId === id)
        .map(([key]) => {
          const [issuer, subject] = JSON.parse(key) as [string, string]
          return { issuer, subject }
        }),
    async add(account, name, event) {
      if ((erasedIdentities.get(keyOf(name)) ?? Number.NEGATIVE_INFINITY) >= name.saidAt) {
        return reject({ code: 'identity-erased' })
      }
      if (users.has(keyOf(name))) return reject({ code: 'identity-known' })
      users.set(keyOf(name), account.user.id)
      const added = await accounts.add(account, null, event)
      if (!added.ok) users.delete(keyOf(name))
      return added
    },
  }
}
