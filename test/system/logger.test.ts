import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { postgresAccounts } from '../../src/adapters/postgres/account-store.ts'
import { openPostgres } from '../../src/adapters/postgres/database.ts'
import { register } from '../../src/domain/account.ts'
import type { UserId } from '../../src/domain/ids.ts'
import type { Instant } from '../../src/domain/instant.ts'
import { loggedError } from '../../src/infrastructure/logger.ts'
import { createTestDatabase } from '../support/database.ts'

const HASH = '$argon2id$v=19$m=19456,t=2,p=1$c2VjcmV0c2FsdA$c2VjcmV0aGFzaA'

describe('a logged error', () => {
  it('of the database tells which rule was broken where, and no value of the row', async () => {
    await using database = await createTestDatabase()
    await database.query(`alter table auth.users add constraint no_ada check (email not like 'ada@%')`)
    await using postgres = await openPostgres(database.url)
    const personal = {
      firstName: 'Ada',
      lastName: 'Byron',
      phoneNumber: null,
      address: null,
      timeZone: 'UTC',
    }
    const registration = {
      email: 'ada@example.com',
      role: 'customer',
      accountType: 'personal',
      ...personal,
    } as const
    const account = register(crypto.randomUUID() as UserId, registration, Date.now() as Instant)
    assert(account.ok)
    const error = await postgresAccounts(postgres)
      .add(account.value, HASH)
      .then(
        () => assert.fail('the account was added'),
        (thrown: unknown) => thrown,
      )
    const logged = JSON.stringify(loggedError(error))
    assert.match(logged, /no_ada/)
    assert.match(logged, /23514/)
    assert.doesNotMatch(logged, /ada@example|argon2id|c2VjcmV0/)
  })

  it('of the database keeps of a message what stands before the first value', () => {
    const quoting = Object.assign(new Error('invalid input syntax for type uuid: "ada@example.com"'), {
      severity: 'ERROR',
      code: '22P02',
      detail: 'Failing row contains (ada@example.com)',
      where: 'unnamed portal parameter $1 = ada@example.com',
    })
    const logged = JSON.stringify(loggedError(new Error('outer', { cause: quoting })))
    assert.match(logged, /invalid input syntax for type uuid:/)
    assert.match(logged, /22P02/)
    assert.doesNotMatch(logged, /ada@example/)
  })

  it('of our own is told in full', () => {
    const logged = loggedError(new TypeError('a "quoted" word')) as {
      type: string
      message: string
      stack: string
    }
    assert.deepEqual([logged.type, logged.message], ['TypeError', 'a "quoted" word'])
    assert.match(logged.stack, /logger\.test\.ts/)
  })
})
