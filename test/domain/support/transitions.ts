/** The instants in [from, to) at which the clocks of a zone change, as Temporal has them. */
export function transitionsBetween(zone: string, from: string, to: string): number[] {
  const end = Temporal.Instant.from(to).epochMilliseconds
  const found: number[] = []
  let next = Temporal.Instant.from(from).toZonedDateTimeISO(zone).getTimeZoneTransition('next')
  while (next && next.epochMilliseconds < end) {
    found.push(next.epochMilliseconds)
    next = next.getTimeZoneTransition('next')
  }
  return found
}

/** Zones whose clocks do something that others' do not; one per kind. */
export const TELLING_ZONES = [
  'UTC',
  'America/New_York', // an hour at 02:00
  'Europe/Berlin',
  'Australia/Lord_Howe', // half an hour
  'Asia/Kolkata', // a fixed half hour
  'Pacific/Chatham', // 45 minutes off, changes at 02:45
  'Pacific/Apia', // skipped 2011-12-30
  'America/Havana', // a gap at midnight, an overlap that repeats midnight
  'Asia/Beirut', // a gap at midnight, an overlap up to midnight
  'Africa/Cairo',
  'Africa/Casablanca', // Ramadan: four changes in some years
  'Antarctica/Troll', // two hours
  'America/Nuuk', // a gap up to midnight
  'America/Santiago',
  'America/St_Johns',
] as const
