import { DAY } from '../../domain/calendar.ts'
import { formatInstant, type Instant, MINUTE } from '../../domain/instant.ts'
import { formatInZone, offsetAt, type Zone } from '../../domain/zone.ts'

/** `00:00:00` to `23:59:00`. */
const CLOCK = Array.from({ length: DAY / MINUTE }, (_, minute) => {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0'))
  return `${hours}:${minutes}:00`
})

/**
 * Writes instants as RFC 3339, in UTC or with the offset of a zone. A list of slots is mostly the same date again
 * and again: the date is written once a day, and the time looked up, which is ten times as fast as `toISOString`.
 */
export function instantWriter(zone: Zone | null): (instant: Instant) => string {
  let day = Number.NaN
  let offset = Number.NaN
  let date = ''
  let suffix = ''
  return (instant) => {
    const ahead = zone ? offsetAt(zone, instant) : 0
    const local = instant + ahead
    const today = Math.floor(local / DAY)
    const time = CLOCK[(local - today * DAY) / MINUTE]
    // Seconds are rare enough to be written the long way.
    if (time === undefined) return zone ? formatInZone(zone, instant) : formatInstant(instant)
    if (today !== day || ahead !== offset) {
      day = today
      offset = ahead
      const text = zone ? formatInZone(zone, instant) : formatInstant(instant)
      date = text.slice(0, 11)
      suffix = text.slice(19)
    }
    return `${date}${time}${suffix}`
  }
}
