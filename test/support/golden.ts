import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { eventDocument } from '../../src/adapters/http/events/event-document.ts'
import { readArguments, runCommand } from '../../src/infrastructure/commands/command.ts'
import { compose } from '../../src/infrastructure/compose.ts'
import { FRONT_DOOR_NAMES } from '../../src/infrastructure/front-doors.ts'
import { dumpSchema, readWholeSchema } from '../../src/infrastructure/schema-dump.ts'
import { createTestDatabase } from './database.ts'
import { KEPT_MAIL } from './mail.ts'
import { problemReference } from './problem-reference.ts'
import { provideTestServer } from './test-server.ts'

const help = `Writes anew the files that have to be exactly what the code produces; the tests compare them.

  npm run golden [-- options]

  --help   this text

DATABASE_URL names the server to create a database on, with a role that has CREATEDB; without it an embedded
PostgreSQL runs in a temporary folder.`

/** A committed file that has to be exactly what the code produces. */
export interface GoldenFile {
  /** From the root of the project. */
  readonly file: string
  readonly produce: () => Promise<string>
}

const produceSchema = async (): Promise<string> => {
  await using database = await createTestDatabase()
  // Returned without await, the database would be dropped first.
  return await dumpSchema(database.query)
}

/** What `npm run db:verify` compares a database with. */
const produceReading = async (): Promise<string> => {
  await using database = await createTestDatabase()
  const reading = await readWholeSchema(database.query)
  return `${JSON.stringify(reading, null, 2)}\n`
}

const produceDocument = async (): Promise<string> => {
  await using database = await createTestDatabase()
  await using application = await compose({
    databaseUrl: database.url,
    redisUrl: null,
    mail: KEPT_MAIL,
    jwtSecret: 'signs-nothing-that-anyone-would-look-at-0123456789',
    publicUrl: '/',
    accessTokenSeconds: 3600,
    eventRetentionDays: 7,
    ratePolicies: null,
    frontDoors: FRONT_DOOR_NAMES,
    logger: pino({ level: 'silent' }),
  })
  await application.app.ready()
  return `${JSON.stringify(application.app.swagger(), null, 2)}\n`
}

const produceEventDocument = async () => `${JSON.stringify(eventDocument('/'), null, 2)}\n`

/** Every golden file: a test compares them, `npm run golden` writes them. */
export const goldenFiles: readonly GoldenFile[] = [
  { file: 'docs/asyncapi.json', produce: produceEventDocument },
  { file: 'docs/openapi.json', produce: produceDocument },
  { file: 'docs/reference/problems.md', produce: async () => problemReference() },
  { file: 'migrations/schema.json', produce: produceReading },
  { file: 'migrations/schema.sql', produce: produceSchema },
]

const pathOf = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url))

/** The committed text of a golden file; empty where there is none yet. */
export const readGolden = ({ file }: GoldenFile): Promise<string> =>
  readFile(pathOf(file), 'utf8').catch(() => '')

const writeAll = async (): Promise<void> => {
  await using server = await provideTestServer(process.env.DATABASE_URL)
  process.env.SLOTWRIGHT_TEST_SERVER = server.url
  process.env.SLOTWRIGHT_TEST_TEMPLATE = server.template
  for (const golden of goldenFiles) {
    const text = await golden.produce()
    const isNew = text !== (await readGolden(golden))
    if (isNew) await writeFile(pathOf(golden.file), text)
    console.log(`${isNew ? 'Wrote' : 'Unchanged'}: ${golden.file}`)
  }
}

const main = async (): Promise<void> => {
  const { values } = readArguments('npm run golden', { options: { help: { type: 'boolean' } } })
  if (values.help) console.log(help)
  else await writeAll()
}

if (import.meta.main) await runCommand(main)
