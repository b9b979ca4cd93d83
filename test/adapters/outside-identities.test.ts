import { after, before } from 'node:test'
import { memoryAccounts } from '../../src/adapters/memory/accounts.ts'
import { memoryDatabase } from '../../src/adapters/memory/database.ts'
import { memoryErasures } from '../../src/adapters/memory/erasures.ts'
import { memoryOutsideIdentities } from '../../src/adapters/memory/outside-identities.ts'
import { postgresAccounts } from '../../src/adapters/postgres/account-store.ts'
import { openPostgres, type PostgresDatabase } from '../../src/adapters/postgres/database.ts'
import { postgresErasures } from '../../src/adapters/postgres/erasures.ts'
import { postgresOutsideIdentities } from '../../src/adapters/postgres/outside-identities.ts'
import { outsideIdentitiesContract } from '../contracts/outside-identities.contract.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let postgres: PostgresDatabase
before(async () => {
  database = await createTestDatabase()
  postgres = await openPostgres(database.url)
})
after(async () => {
  await postgres[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

outsideIdentitiesContract('Memory', async () => {
  const memory = memoryDatabase()
  return {
    accounts: memoryAccounts(memory),
    identities: memoryOutsideIdentities(memory),
    erasures: memoryErasures(memory),
    [Symbol.asyncDispose]: async () => undefined,
  }
})

outsideIdentitiesContract('PostgreSQL', async () => {
  for (const table of ['users', 'erased_identities']) await database.query(`delete from auth.${table}`)
  return {
    accounts: postgresAccounts(postgres),
    identities: postgresOutsideIdentities(postgres),
    erasures: postgresErasures(postgres),
    [Symbol.asyncDispose]: async () => undefined,
  }
})
