import { readConfig } from '../config.ts'
import { startEmbeddedPostgres } from '../embedded-postgres.ts'
import { migrate } from '../migrate.ts'

/** The database that was named, or the embedded one, started and migrated for as long as `stack` lasts. */
export async function openDatabase(stack: AsyncDisposableStack): Promise<string> {
  const { databaseUrl, dataDir } = readConfig()
  if (databaseUrl !== null) return databaseUrl
  const { url } = stack.use(await startEmbeddedPostgres({ dataDir, onNotice: console.error }))
  await migrate({ databaseUrl: url })
  return url
}
