/** Owns the data directory that its argument names until its parent says stop or is gone. */
import { startEmbeddedPostgres } from '../../src/infrastructure/embedded-postgres.ts'

const [dataDir = ''] = process.argv.slice(2)
const told = new Promise((resolve) => process.once('message', resolve).once('disconnect', resolve))

try {
  await using postgres = await startEmbeddedPostgres({ dataDir })
  process.send?.({ url: postgres.url })
  await told
} catch (error) {
  process.send?.({ refusal: error instanceof Error ? error.message : String(error) })
}
if (process.connected) process.disconnect?.()
