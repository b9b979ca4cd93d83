import type { Random } from '../common/random.ts'
import { type Call, isDone, isRefused } from './record.ts'

/** A booking that clients know of. */
export interface KnownBooking {
  readonly id: string
  readonly version: number
  readonly status: string
  readonly provider: string
  /** Null where only a list has told of it. */
  readonly customer: string | null
  readonly service: string | null
}

/** The standing bookings that clients have been told of: what one has made, the others change. */
export interface BookingPool {
  pick(random: Random): KnownBooking | undefined
  /** Takes in what an answer tells. */
  learn(call: Call, providerOf: (service: string) => string): void
}

export function openPool(): BookingPool {
  const known: KnownBooking[] = []
  const places = new Map<string, number>()

  const put = (booking: KnownBooking) => {
    const place = places.get(booking.id) ?? known.length
    places.set(booking.id, place)
    known[place] = booking
  }
  const drop = (id: string) => {
    const place = places.get(id)
    const last = known.pop()
    if (place === undefined || last === undefined) {
      if (last) known.push(last)
      return
    }
    places.delete(id)
    if (last.id === id) return
    known[place] = last
    places.set(last.id, place)
  }

  return {
    pick: (random) => random.pick(known),
    learn(call, providerOf) {
      if (isRefused(call) && call.id !== undefined && call.code === 'invalid-transition') drop(call.id)
      if (!isDone(call)) return
      for (const { id, version, status } of call.seen ?? []) {
        const before = known[places.get(id) ?? -1]
        if (before && before.version > version) continue
        if (status !== 'pending' && status !== 'confirmed') drop(id)
        else if (before) put({ ...before, version, status })
        else if (call.kind === 'book' && call.service) {
          const { user, service } = call
          put({ id, version, status, provider: providerOf(service), customer: user, service })
        } else if (call.kind === 'list') {
          put({ id, version, status, provider: call.user, customer: null, service: null })
        }
      }
    },
  }
}
