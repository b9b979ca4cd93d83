import { LRUCache } from 'lru-cache'
import type { Occupancy, OccupancyReading } from '../../application/ports/occupancy.ts'
import type { BookingId, ServiceId, UserNumber } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Interval } from '../../domain/interval.ts'
import type { Claim } from '../../domain/occupancy.ts'
import type { Offer } from '../../domain/service.ts'
import type { PostgresDatabase } from './database.ts'
import type { Pipeline, Statement } from './pipeline.ts'
import { timestamp } from './values.ts'

/**
 * Two lists in one statement, and so of one moment: the offers that are recorded as they are given, and the claims
 * of each provider packed into a line of text, which costs a row for a provider instead of one for a claim.
 */
const readOccupancy: Statement = {
  name: 'read_occupancy',
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
    select
      provider_number,
      string_agg(
        concat_ws(
          ' ',
          (date_part('epoch', starts_at) * 1000)::bigint,
          (date_part('epoch', ends_at) * 1000)::bigint,
          (date_part('epoch', lower(blocked)) * 1000)::bigint,
          (date_part('epoch', upper(blocked)) * 1000)::bigint,
          service_id,
          booking_id
        ),
        ','
        order by starts_at
      )
    from claims
    where provider_number = any ($5::integer[])
      and blocked && tstzrange($6, $7)
      and (expires_at is null or expires_at > now())
    group by provider_number
  `,
}

/** How many lists of claims are remembered. */
const REMEMBERED_LISTS = 10_000

/**
 * Occupancy over the pipeline: one prepared statement, whose rows are read by hand. As long as a provider's claims in
 * a range are the same, they are the same list, so that whatever was made of it need not be made again.
 */
export function postgresOccupancy({ pipeline }: PostgresDatabase): Occupancy {
  const lists = new LRUCache<string, { readonly text: string; readonly claims: readonly Claim[] }>({
    max: REMEMBERED_LISTS,
  })
  const listOf = (provider: UserNumber, { start, end }: Interval, text: string): readonly Claim[] => {
    const key = `${provider} ${start} ${end}`
    const known = lists.get(key)
    if (known?.text === text) return known.claims
    const claims = text === '' ? [] : text.split(',').map(readClaim)
    lists.set(key, { text, claims })
    return claims
  }
  return { read: (offers, range) => read(pipeline, listOf, offers, range) }
}

async function read(
  pipeline: Pipeline,
  listOf: (provider: UserNumber, range: Interval, text: string) => readonly Claim[],
  offers: readonly Offer[],
  range: Interval,
): Promise<OccupancyReading> {
  const providers = [...new Set(offers.map(({ providerNumber }) => providerNumber))]
  const rows = await pipeline.execute(readOccupancy, [
    ...stamps(offers),
    providers,
    timestamp(range.start),
    timestamp(range.end),
  ])
  const texts = new Map<UserNumber, string>(providers.map((provider) => [provider, '']))
  let recorded = 0
  for (const [provider, text] of rows) {
    if (provider === null || provider === undefined) recorded++
    else texts.set(Number(provider) as UserNumber, text ?? '')
  }
  const claims = new Map<UserNumber, readonly Claim[]>()
  for (const [provider, text] of texts) claims.set(provider, listOf(provider, range, text))
  return { isCurrent: recorded === offers.length, claims }
}

const stamps = (offers: readonly Offer[]) => [
  offers.map(({ service }) => service.id as string),
  offers.map(({ service }) => service.version),
  offers.map(({ schedule }) => schedule.version),
  offers.map(({ providerIsActive }) => (providerIsActive ? 't' : 'f')),
]

/** A claim as the statement packs it; a hold has no booking at the end. */
function readClaim(text: string): Claim {
  const [start, end, blockedStart, blockedEnd, serviceId, bookingId] = text.split(' ')
  return {
    start: Number(start) as Instant,
    end: Number(end) as Instant,
    blocked: { start: Number(blockedStart) as Instant, end: Number(blockedEnd) as Instant },
    serviceId: serviceId as ServiceId,
    bookingId: (bookingId as BookingId | undefined) ?? null,
  }
}
