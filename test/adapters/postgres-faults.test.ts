import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from 'pg'
import { asFault } from '../../src/adapters/postgres/faults.ts'
import { Unavailable } from '../../src/application/ports/unavailable.ts'
import { createTestDatabase } from '../support/database.ts'

test('an answer that does not come in time may come the next time, and a defect stays one', async () => {
  await using database = await createTestDatabase()
  const client = new Client({ connectionString: database.url, query_timeout: 50 })
  await client.connect()
  try {
    const late = await client.query('select pg_sleep(0.5)').catch((error: unknown) => error)
    assert(asFault(late) instanceof Unavailable, String(late))
    const defect = new TypeError('undefined is not a function')
    assert.equal(asFault(defect), defect)
  } finally {
    await client.end()
  }
})
