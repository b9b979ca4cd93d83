import type { JudgedBy, SlotRefused } from '../../application/ports/booking-ledger.ts'
import { isActiveProvider } from '../../domain/account-changes.ts'
import type { BookingId, HoldId, UserNumber } from '../../domain/ids.ts'
import { contains, type Interval, isEmpty, overlaps } from '../../domain/interval.ts'
import type { Claim } from '../../domain/occupancy.ts'
import { isLive, type MemoryClaim, type MemoryDatabase, storeClock } from './database.ts'

/** The claims whose blocked interval overlaps a range, holds that have expired among them. */
export const claimsIn = (
  { claims }: MemoryDatabase,
  provider: UserNumber,
  range: Interval,
): readonly MemoryClaim[] =>
  // An empty range overlaps nothing, not even where it lies inside of something.
  isEmpty(range) ? [] : (claims.get(provider) ?? []).filter(({ blocked }) => overlaps(blocked, range))

/** The same as everyone may know them, without those that have expired. */
export function liveClaimsIn(database: MemoryDatabase, provider: UserNumber, range: Interval): Claim[] {
  const now = storeClock()
  return claimsIn(database, provider, range)
    .filter((claim) => isLive(claim, now))
    .map(({ hold: _hold, ...claim }) => claim)
}

/** Why a slot that was judged by these versions and limits cannot be claimed, whatever else is in its way. */
export function slotRefusal(
  database: MemoryDatabase,
  { serviceId, serviceVersion, scheduleVersion, providerNumber, dailyLimit }: JudgedBy,
  moving: BookingId | null,
): SlotRefused | undefined {
  const service = database.services.get(serviceId)
  const provider = service && database.accounts.get(service.providerId)?.account.user
  const isCurrent =
    service?.version === serviceVersion &&
    database.schedules.get(service.providerId)?.version === scheduleVersion &&
    provider !== undefined &&
    isActiveProvider(provider)
  if (!isCurrent) return { code: 'offer-changed' }
  if (!dailyLimit) return undefined
  const { limit, day } = dailyLimit
  const now = storeClock()
  const counted = claimsIn(database, providerNumber, day).filter(
    (claim) =>
      claim.serviceId === serviceId &&
      claim.start >= day.start &&
      claim.start < day.end &&
      (moving === null || claim.bookingId !== moving) &&
      isLive(claim, now),
  )
  return counted.length >= limit ? { code: 'daily-limit-reached', dailyLimit: limit } : undefined
}

/** Whether something that lives is in the way, apart from what is one's own. */
export function isTaken(
  database: MemoryDatabase,
  provider: UserNumber,
  blocked: Interval,
  isOwn: (claim: MemoryClaim) => boolean,
): boolean {
  const now = storeClock()
  return claimsIn(database, provider, blocked).some((claim) => isLive(claim, now) && !isOwn(claim))
}

/** A claim on nothing would be in nobody's way. */
export function requireBlocking(claim: Interval & { readonly blocked: Interval }): void {
  if (isEmpty(claim) || !contains(claim.blocked, claim)) throw new RangeError('The claim blocks nothing')
}

export function addClaim({ claims }: MemoryDatabase, provider: UserNumber, claim: MemoryClaim): void {
  requireBlocking(claim)
  const others = claims.get(provider) ?? []
  claims.set(
    provider,
    [...others, claim].sort((left, right) => left.start - right.start),
  )
}

/** Frees what a booking or a hold has claimed. */
export function removeClaims({ claims }: MemoryDatabase, id: BookingId | HoldId): void {
  for (const [provider, all] of claims) {
    const others = all.filter(({ bookingId, hold }) => bookingId !== id && hold?.id !== id)
    if (others.length < all.length) claims.set(provider, others)
  }
}
