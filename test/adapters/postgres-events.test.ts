import { after, before } from 'node:test'
import { eventLogContract } from '../contracts/event-log.contract.ts'
import { eventTicketsContract } from '../contracts/event-tickets.contract.ts'
import { reminderLedgerContract } from '../contracts/reminder-ledger.contract.ts'
import { openBench, type PostgresBench } from './postgres-harness.ts'

let bench: PostgresBench
before(async () => {
  bench = await openBench()
})
after(() => bench[Symbol.asyncDispose]())

const openPostgresHarness = () => bench.open()

eventLogContract('PostgreSQL', openPostgresHarness)
eventTicketsContract('PostgreSQL', openPostgresHarness)
reminderLedgerContract('PostgreSQL', openPostgresHarness)
