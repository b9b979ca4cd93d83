import { after, before } from 'node:test'
import { accountsContract } from '../contracts/accounts.contract.ts'
import { bookingArchiveContract } from '../contracts/booking-archive.contract.ts'
import { bookingPagesContract } from '../contracts/booking-pages.contract.ts'
import { catalogEventsContract } from '../contracts/catalog-events.contract.ts'
import { occupancyContract } from '../contracts/occupancy.contract.ts'
import { offersContract } from '../contracts/offers.contract.ts'
import { providerDirectoryContract } from '../contracts/provider-directory.contract.ts'
import { scheduleCatalogContract } from '../contracts/schedule-catalog.contract.ts'
import { scheduleExceptionsContract } from '../contracts/schedule-exceptions.contract.ts'
import { serviceCatalogContract } from '../contracts/service-catalog.contract.ts'
import { serviceListContract } from '../contracts/service-list.contract.ts'
import { openBench, type PostgresBench } from './postgres-harness.ts'

let bench: PostgresBench
before(async () => {
  bench = await openBench()
})
after(() => bench[Symbol.asyncDispose]())

const openPostgresHarness = () => bench.open()

accountsContract('PostgreSQL', openPostgresHarness)
providerDirectoryContract('PostgreSQL', openPostgresHarness)
serviceCatalogContract('PostgreSQL', openPostgresHarness)
serviceListContract('PostgreSQL', openPostgresHarness)
offersContract('PostgreSQL', openPostgresHarness)
scheduleCatalogContract('PostgreSQL', openPostgresHarness)
scheduleExceptionsContract('PostgreSQL', openPostgresHarness)
catalogEventsContract('PostgreSQL', openPostgresHarness)
bookingArchiveContract('PostgreSQL', openPostgresHarness)
bookingPagesContract('PostgreSQL', openPostgresHarness)
occupancyContract('PostgreSQL', openPostgresHarness)
