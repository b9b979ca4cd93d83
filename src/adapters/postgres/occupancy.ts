import { LRUCache } from 'lru-cache'
import type { Occupancy, OccupancyReading } from '../../application/ports/occupancy.ts'
import type { BookingId, ServiceId, UserNumber } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Interval } from '../../domain/interval.ts'
import type { Claim } from '../../domain/occupancy.ts'
import type { Offer } from '../../domain/service.ts'
import type { PostgresDatabase } from './database.ts'
import type { Pipeline, Statement } from './pipeline.ts'
import { sharedReads } from './shared-reads.ts'
import { timestamp } from './values.ts'

/**
 * Two lists in one statement, and so of one moment: the offers that are recorded as they are given, and a line of text
 * about the claims of each provider, which costs a row for a provider instead of one for a claim.
 */
const occupancyStatement = (name: string, line: string): Statement => ({
  name,
  text: `
    select null::integer, services.id::text
    from unnest($1::uuid[], $2::integer[], $3::integer[], $4::boolean[])
      as given (service_id, service_version, schedule_version, provider_is_active)
    join services on services.id = given.service_id and services.version = given.service_version
    join schedules
      on schedules.provider_id = services.provider_id and schedules.version = given.schedule_version
    join auth.users
      on users.id = services.provider_id and (users.deactivated_at is null) = given.provider_is_active
    union all
    select provider_number, string_agg(${line}, ',' order by id)
    from claims
    where provider_number = any ($5::integer[])
      and blocked && tstzrange($6, $7)
      and (expires_at is null or expires_at > now())
    group by provider_number
  `,
})

/** Which claims there are. A claim never changes: whatever moves gets another one, with another id. */
const nameClaims = occupancyStatement('name_claims', 'id::text')

/** What the claims say, which takes PostgreSQL three times as long to write as their names. */
const readClaims = occupancyStatement(
  'read_claims',
  `concat_ws(
    ' ',
    id,
    (date_part('epoch', starts_at) * 1000)::bigint,
    (date_part('epoch', ends_at) * 1000)::bigint,
    (date_part('epoch', lower(blocked)) * 1000)::bigint,
    (date_part('epoch', upper(blocked)) * 1000)::bigint,
    service_id,
    booking_id
  )`,
)

/** How many lists of claims are remembered. */
const REMEMBERED_LISTS = 10_000

/** A provider's claims in a range, under the names of those that are in it. */
interface NamedClaims {
  readonly names: string
  readonly claims: readonly Claim[]
}

/**
 * Occupancy over the pipeline, in prepared statements whose rows are read by hand. Where all lists of a search are
 * known it asks for names alone; as long as a provider's claims in a range are the same, they are the same list, so
 * that whatever was made of it need not be made again.
 */
export function postgresOccupancy({ pipeline }: PostgresDatabase): Occupancy {
  const lists = new LRUCache<string, NamedClaims>({ max: REMEMBERED_LISTS })
  const share = sharedReads<OccupancyReading>()
  return {
    read(offers, range) {
      const search = searchOf(offers, range)
      const key = `${search.keys.join()} ${stamps(offers).join()}`
      return share(key, () => readThrough(pipeline, lists, search))
    },
  }
}

async function readThrough(
  pipeline: Pipeline,
  lists: LRUCache<string, NamedClaims>,
  search: OccupancySearch,
): Promise<OccupancyReading> {
  const known = search.keys.map((key) => lists.get(key))
  if (known.every((list) => list !== undefined)) {
    const named = await ask(pipeline, nameClaims, search)
    const isSame = known.every(({ names }, index) => names === named.lines[index])
    if (isSame || !named.isCurrent) return reading(search, named.isCurrent, known)
  }
  const { isCurrent, lines } = await ask(pipeline, readClaims, search)
  const fresh = lines.map((line, index) => {
    const made = unpack(line)
    const before = known[index]
    const list = before?.names === made.names ? before : made
    lists.set(search.keys[index] as string, list)
    return list
  })
  return reading(search, isCurrent, fresh)
}

interface OccupancySearch {
  readonly offers: readonly Offer[]
  readonly range: Interval
  readonly providers: readonly UserNumber[]
  /** Under which the list of each provider is remembered. */
  readonly keys: readonly string[]
}

function searchOf(offers: readonly Offer[], range: Interval): OccupancySearch {
  const providers = [...new Set(offers.map(({ providerNumber }) => providerNumber))]
  const keys = providers.map((provider) => `${provider} ${range.start} ${range.end}`)
  return { offers, range, providers, keys }
}

const reading = (
  { providers }: OccupancySearch,
  isCurrent: boolean,
  lists: readonly NamedClaims[],
): OccupancyReading => ({
  isCurrent,
  claims: new Map(lists.map(({ claims }, index) => [providers[index] as UserNumber, claims])),
})

/** The line of each provider, empty where it has no claims, and whether every offer is as it is recorded. */
async function ask(
  pipeline: Pipeline,
  statement: Statement,
  { offers, range, providers }: OccupancySearch,
): Promise<{ readonly isCurrent: boolean; readonly lines: readonly string[] }> {
  const rows = await pipeline.execute(statement, [
    ...stamps(offers),
    providers,
    timestamp(range.start),
    timestamp(range.end),
  ])
  const lines = new Map<number, string>()
  let recorded = 0
  for (const [provider, line] of rows) {
    if (provider === null || provider === undefined) recorded++
    else lines.set(Number(provider), line ?? '')
  }
  return {
    isCurrent: recorded === offers.length,
    lines: providers.map((provider) => lines.get(provider) ?? ''),
  }
}

const stamps = (offers: readonly Offer[]) => [
  offers.map(({ service }) => service.id as string),
  offers.map(({ service }) => service.version),
  offers.map(({ schedule }) => schedule.version),
  offers.map(({ providerIsActive }) => (providerIsActive ? 't' : 'f')),
]

function unpack(line: string): NamedClaims {
  const packed = line === '' ? [] : line.split(',').map((text) => text.split(' '))
  const claims = packed.map(readClaim).sort((a, b) => a.start - b.start)
  return { names: packed.map(([id]) => id).join(), claims }
}

/** A claim as the statement packs it; a hold has no booking at the end. */
function readClaim(parts: readonly string[]): Claim {
  const [, start, end, blockedStart, blockedEnd, serviceId, bookingId] = parts
  return {
    start: Number(start) as Instant,
    end: Number(end) as Instant,
    blocked: { start: Number(blockedStart) as Instant, end: Number(blockedEnd) as Instant },
    serviceId: serviceId as ServiceId,
    bookingId: (bookingId as BookingId | undefined) ?? null,
  }
}
