import type { BookingId, ServiceId, UserNumber } from '../../domain/ids.ts'
import { EARLIEST_INSTANT, type Instant, LATEST_INSTANT, MINUTE } from '../../domain/instant.ts'
import type { Interval } from '../../domain/interval.ts'
import type { Claim } from '../../domain/occupancy.ts'
import type { WireValue } from './pipeline.ts'
import { timestamp } from './values.ts'

/** A list of claims that is wanted. */
export interface ListWish {
  /** Tells lists apart. */
  readonly key: string
  readonly provider: UserNumber
  readonly range: Interval
}

/** The live claims of a provider around a range, as one reading of the log found them. */
export interface ClaimList {
  readonly since: number
  /** In order of start. */
  readonly claims: readonly Claim[]
  /** When each of the holds ends, by the clock of the database. */
  readonly expiries: ReadonlyMap<Claim, Instant>
  /** Before which time alone changes nothing. */
  readonly nextExpiry: Instant
}

/** Searches from different days on share the list of the blocks they lie in: 16 days each, counted from 1970. */
const BLOCK = 16 * 1440 * MINUTE

export function wishOf(provider: UserNumber, { start, end }: Interval): ListWish {
  const [first, last] = [Math.floor(start / BLOCK), Math.ceil(end / BLOCK)]
  const range = {
    start: Math.max(EARLIEST_INSTANT, first * BLOCK) as Instant,
    end: Math.min(LATEST_INSTANT, last * BLOCK) as Instant,
  }
  return { key: `${provider} ${first} ${last}`, provider, range }
}

const milliseconds = (time: string) => `(date_part('epoch', ${time}) * 1000)::bigint`

/** A line for each wish, from the parameters $2 to $4: a row for each claim would cost several times as much. */
export const claimLines = `(
  select string_agg(coalesce(line, ''), ';' order by place)
  from unnest($2::integer[], $3::timestamptz[], $4::timestamptz[])
    with ordinality as wished (provider, range_start, range_end, place)
  cross join lateral (
    select string_agg(
      concat_ws(
        ' ',
        ${milliseconds('starts_at')},
        ${milliseconds('ends_at')},
        ${milliseconds('lower(blocked)')},
        ${milliseconds('upper(blocked)')},
        service_id,
        coalesce(booking_id::text, 'hold ' || ceil(date_part('epoch', expires_at) * 1000)::bigint)
      ),
      ','
    ) as line
    from claims
    where provider_number = wished.provider
      and blocked && tstzrange(wished.range_start, wished.range_end)
      and (expires_at is null or expires_at > now())
  ) as packed
)`

export const wishValues = (wishes: readonly ListWish[]): WireValue[] => [
  wishes.map(({ provider }) => provider),
  wishes.map(({ range }) => timestamp(range.start)),
  wishes.map(({ range }) => timestamp(range.end)),
]

/** The lists in the order of their wishes. */
export const unpackLists = (lines: string, since: number): ClaimList[] =>
  lines.split(';').map((line) => {
    const expiries = new Map<Claim, Instant>()
    const claims = line === '' ? [] : line.split(',').map((text) => unpackClaim(text, expiries))
    claims.sort((a, b) => a.start - b.start)
    return { since, claims, expiries, nextExpiry: earliest(expiries) }
  })

function unpackClaim(text: string, expiries: Map<Claim, Instant>): Claim {
  const [start, end, blockedStart, blockedEnd, serviceId, last, expiry] = text.split(' ')
  const claim: Claim = {
    start: Number(start) as Instant,
    end: Number(end) as Instant,
    blocked: { start: Number(blockedStart) as Instant, end: Number(blockedEnd) as Instant },
    serviceId: serviceId as ServiceId,
    bookingId: expiry === undefined ? (last as BookingId) : null,
  }
  if (expiry !== undefined) expiries.set(claim, Number(expiry) as Instant)
  return claim
}

const earliest = (expiries: ReadonlyMap<Claim, Instant>) =>
  expiries.values().reduce((first, next) => (next < first ? next : first), LATEST_INSTANT)

/** The very same list until a hold of it has ended. */
export function withoutExpired(list: ClaimList, clock: Instant): ClaimList {
  if (clock < list.nextExpiry) return list
  const expiries = new Map(list.expiries.entries().filter(([, expiry]) => clock < expiry))
  const claims = list.claims.filter((claim) => claim.bookingId !== null || expiries.has(claim))
  return { ...list, claims, expiries, nextExpiry: earliest(expiries) }
}
