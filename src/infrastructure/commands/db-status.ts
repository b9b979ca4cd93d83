import { describeStatus } from '../status/text.ts'
import { readStatus } from '../status.ts'
import { readArguments, runCommand } from './command.ts'
import { withDatabase } from './database.ts'

const help = `Tells how the database is: migrations, sizes, indexes, dead rows, transactions, connections, replication.

  npm run db:status [-- options]

  --json   one JSON document instead of tables
  --help   this text

It reads catalogs and statistics alone, and shows no value that is written into a statement. The database is that of
DATABASE_URL; without it, the embedded one in DATA_DIR. The exit code is 0, or 1 when something went wrong, or 2 when the
database cannot be reached.`

await runCommand(async () => {
  const flag = { type: 'boolean' } as const
  const { values } = readArguments('npm run db:status', { options: { json: flag, help: flag } })
  if (values.help) {
    console.log(help)
    return
  }
  await withDatabase(async (databaseUrl) => {
    const status = await readStatus(databaseUrl)
    console.log(values.json ? JSON.stringify(status, null, 2) : describeStatus(status))
  })
})
