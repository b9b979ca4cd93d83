import { readDatabaseUrl } from '../config.ts'
import { migrate, pendingMigrations } from '../migrate.ts'
import { readArguments, runCommand } from './command.ts'

const help = `Brings the database of DATABASE_URL to the schema of this version.

  npm run migrate [-- options]

  --dry-run   list what would run, and change nothing
  --help      this text

All pending migrations are one transaction: when one fails, the database stays as it was. With an embedded database
there is nothing to do here: npm start migrates it. The exit code is 0, or 1 when something went wrong.`

const missingUrl = `DATABASE_URL is not set. Name the database to migrate:

  DATABASE_URL=postgres://user:password@host:5432/database npm run migrate

Without DATABASE_URL, npm start uses an embedded database and migrates it by itself.`

const neededUrl = (): string => {
  const databaseUrl = readDatabaseUrl()
  if (databaseUrl === null) throw new Error(missingUrl)
  return databaseUrl
}

const count = (migrations: number): string =>
  migrations === 1 ? '1 migration is applied' : `${migrations} migrations are applied`

const listPending = async (databaseUrl: string): Promise<void> => {
  const { applied, pending } = await pendingMigrations({ databaseUrl })
  for (const name of pending) console.log(`Would apply ${name}`)
  if (pending.length === 0) console.log(`Nothing to migrate: ${count(applied)}.`)
}

const applyPending = async (databaseUrl: string): Promise<void> => {
  const names = await migrate({ databaseUrl, onProgress: console.log })
  const { applied } = await pendingMigrations({ databaseUrl })
  console.log(`${names.length === 0 ? 'Nothing to migrate' : 'Done'}: ${count(applied)}.`)
}

await runCommand(async () => {
  const options = { 'dry-run': { type: 'boolean' }, help: { type: 'boolean' } } as const
  const { values } = readArguments('npm run migrate', { options })
  if (values.help) {
    console.log(help)
    return
  }
  const databaseUrl = neededUrl()
  await (values['dry-run'] ? listPending : applyPending)(databaseUrl)
})
