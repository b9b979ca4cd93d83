import { after, before } from 'node:test'
import { accountChangesContract } from '../contracts/account-changes.contract.ts'
import { erasuresContract } from '../contracts/erasures.contract.ts'
import { passwordResetsContract } from '../contracts/password-resets.contract.ts'
import { sessionsContract } from '../contracts/sessions.contract.ts'
import { standingsContract } from '../contracts/standings.contract.ts'
import { openBench, type PostgresBench } from './postgres-harness.ts'

let bench: PostgresBench
before(async () => {
  bench = await openBench()
})
after(() => bench[Symbol.asyncDispose]())

const openPostgresHarness = () => bench.open()

accountChangesContract('PostgreSQL', openPostgresHarness)
sessionsContract('PostgreSQL', openPostgresHarness)
standingsContract('PostgreSQL', openPostgresHarness)
passwordResetsContract('PostgreSQL', openPostgresHarness)
erasuresContract('PostgreSQL', openPostgresHarness)
