import type { UseCases } from '../adapters/http/app.ts'
import { formatInstant, type Instant, plusMinutes } from '../domain/instant.ts'
import type { Service } from '../domain/service.ts'
import type { Config } from './config.ts'
import type { SampleData } from './sample-data.ts'
import { CUSTOMER, PROVIDERS, SAMPLE_PASSWORD } from './sample-people.ts'

const SEARCHED_DAYS = 14

/** What a developer who has just started the server wants to know: where things are, and a booking to try. */
export async function startMessage(
  url: string,
  { databaseUrl, redisUrl, mail, dataDir }: Config,
  useCases: UseCases,
  sample: SampleData | null,
): Promise<string> {
  const lines = [
    '',
    `Slotwright is ready at ${url}`,
    '',
    `  Contract   ${url}/docs (OpenAPI 3.1: ${url}/openapi.json, AsyncAPI 3.0: ${url}/asyncapi.json)`,
    `  Database   ${databaseUrl === null ? `embedded PostgreSQL, data in ${dataDir}` : 'the one of DATABASE_URL'}`,
    `  Events     ${redisUrl === null ? 'one process does without Redis' : 'nodes ring each other by the Redis of REDIS_URL'}`,
    `  Mail       ${mail.smtpUrl === null ? `kept, to be looked at: ${url}/v1/dev/mailbox` : 'sent through the server of SMTP_URL'}`,
  ]
  if (!sample) return [...lines, ''].join('\n')
  const logins = [CUSTOMER, ...PROVIDERS].map(({ email, timeZone }) => `    ${email.padEnd(24)} ${timeZone}`)
  lines.push('', `  Sample accounts, each with the password ${SAMPLE_PASSWORD}:`, ...logins)
  const start = sample.service && (await firstFreeStart(useCases, sample.service))
  if (start && sample.service && sample.customer) {
    lines.push('', '  Book a slot; do it again, and it is taken:', '')
    lines.push(bookingCommand(url, sample.customer.accessToken.token, sample.service.id, start))
  }
  return [...lines, ''].join('\n')
}

async function firstFreeStart({ searchAvailability }: UseCases, { id }: Service): Promise<Instant | null> {
  const now = Date.now() as Instant
  const found = await searchAvailability(null, {
    serviceIds: [id],
    from: { instant: now },
    to: { instant: plusMinutes(now, SEARCHED_DAYS * 24 * 60) },
    timeZone: null,
    excludeBookingId: null,
  })
  return (found.ok && found.value.data[0]?.found.find((slot) => slot.reason === null)?.start) || null
}

const bookingCommand = (url: string, token: string, serviceId: string, start: Instant) =>
  [
    `curl -i ${url}/v1/bookings \\`,
    `  -H 'authorization: Bearer ${token}' \\`,
    `  -H 'content-type: application/json' \\`,
    `  -d '${JSON.stringify({ service_id: serviceId, start: formatInstant(start) })}'`,
  ].join('\n')
