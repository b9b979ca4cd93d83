import { openPostgres } from '../../adapters/postgres/database.ts'
import { postgresUsualWeeks, type UsualWeeks } from '../../adapters/postgres/usual-weeks.ts'
import type { UserNumber } from '../../domain/ids.ts'
import { readArguments, runCommand } from './command.ts'
import { openMigratedDatabase } from './database.ts'

const help = `Gives every active provider without hours the usual week: Monday to Saturday 07:00 to 20:00, Sunday 08:00 to 16:00.

  npm run schedules:init [-- options]

  --dry-run   list who would get it, and change nothing
  --help      this text

Whoever has any hours, weekly or of a single date, is left alone, so that running it again changes nothing. The times are
those of the provider's own zone; breaks and time off stay. Each provider is a transaction of its own: after an
interruption, run it again. The database is that of DATABASE_URL, which has to be migrated; without it, the embedded one in
DATA_DIR, while no server runs on it. The exit code is 0, or 1 when something went wrong.`

const PAGE = 100

async function* providersWithoutHours(weeks: UsualWeeks): AsyncGenerator<UserNumber> {
  let after = 0
  for (;;) {
    const page = await weeks.providersWithoutHours(after, PAGE)
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = last
  }
}

const providers = (count: number) => (count === 1 ? '1 provider' : `${count} providers`)

async function list(weeks: UsualWeeks): Promise<void> {
  let count = 0
  for await (const provider of providersWithoutHours(weeks)) {
    console.log(`Would give provider ${provider} the usual week`)
    count++
  }
  console.log(count === 0 ? NOTHING : `${providers(count)} would get the usual week.`)
}

async function give(weeks: UsualWeeks): Promise<void> {
  let count = 0
  for await (const provider of providersWithoutHours(weeks)) {
    if (!(await weeks.give(provider))) continue
    console.log(`Provider ${provider} has the usual week`)
    count++
  }
  console.log(count === 0 ? NOTHING : `Done: ${providers(count)} got the usual week.`)
}

const NOTHING = 'Nothing to do: every active provider has hours.'

await runCommand(async () => {
  const options = { 'dry-run': { type: 'boolean' }, help: { type: 'boolean' } } as const
  const { values } = readArguments('npm run schedules:init', { options })
  if (values.help) {
    console.log(help)
    return
  }
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await openPostgres(await openMigratedDatabase(stack), { poolSize: 1 }))
  await (values['dry-run'] ? list : give)(postgresUsualWeeks(database))
})
