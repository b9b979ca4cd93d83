import { Client } from 'pg'

/** What a server has to be for the schema to work on it. */
export interface ServerFacts {
  /** PostgreSQL's `server_version_num`: 150018 is 15.18. */
  readonly versionNumber: number
  readonly hasBtreeGist: boolean
}

/** The server does not answer, or not to us. */
export class DatabaseUnreachable extends Error {}

const OLDEST_VERSION = 15
const CONNECT_SECONDS = 10

/** @throws when the schema cannot work on such a server; the message says what to do */
export function refuseServer({ versionNumber, hasBtreeGist }: ServerFacts): void {
  const version = Math.floor(versionNumber / 10_000)
  if (version < OLDEST_VERSION) {
    throw new Error(`Slotwright needs PostgreSQL ${OLDEST_VERSION} or later, this server is ${version}.`)
  }
  if (!hasBtreeGist) {
    throw new Error(
      'This PostgreSQL lacks the extension btree_gist, which keeps a slot from being sold twice. ' +
        "Install PostgreSQL's contrib package on the server.",
    )
  }
}

const readFacts = async (client: Client): Promise<ServerFacts> => {
  const { rows } = await client.query<ServerFacts>(
    `select current_setting('server_version_num')::integer as "versionNumber",
            exists (select from pg_available_extensions where name = 'btree_gist') as "hasBtreeGist"`,
  )
  const [facts] = rows
  if (!facts) throw new Error('PostgreSQL does not say which version it is')
  return facts
}

const explain = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(explain).join('; ')
  if (!(error instanceof Error)) return String(error)
  return error.message === 'timeout expired' ? `no answer within ${CONNECT_SECONDS} seconds` : error.message
}

const createClient = (databaseUrl: string): Client => {
  try {
    return new Client({
      connectionString: databaseUrl,
      application_name: 'slotwright-migrate',
      connectionTimeoutMillis: CONNECT_SECONDS * 1000,
    })
  } catch (cause) {
    throw new DatabaseUnreachable(`The address of the database cannot be read: ${explain(cause)}`, { cause })
  }
}

/**
 * Runs `work` on a connection of its own to a server that the schema works on.
 *
 * @throws DatabaseUnreachable when the server cannot be reached, Error when it does not fit; no message holds the password
 */
export async function withFittingServer<T>(
  databaseUrl: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = createClient(databaseUrl)
  // A connection that breaks between two statements is reported by the next one.
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (cause) {
    const reason = `Cannot connect to PostgreSQL at ${client.host}:${client.port}: ${explain(cause)}`
    throw new DatabaseUnreachable(reason, { cause })
  }
  try {
    refuseServer(await readFacts(client))
    return await work(client)
  } finally {
    await client.end()
  }
}
