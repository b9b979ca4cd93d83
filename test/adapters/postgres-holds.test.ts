import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { answersContract } from '../contracts/answers.contract.ts'
import { holdLedgerContract } from '../contracts/hold-ledger.contract.ts'
import { openBench, type PostgresBench } from './postgres-harness.ts'

let bench: PostgresBench
before(async () => {
  bench = await openBench()
})
after(() => bench[Symbol.asyncDispose]())

holdLedgerContract('PostgreSQL', () => bench.open())
answersContract('PostgreSQL', () => bench.open())

describe('PostgreSQL after all the races for holds and keys', () => {
  it('has met no deadlock', async () => {
    assert.equal(await bench.countDeadlocks(), 0)
  })
})
