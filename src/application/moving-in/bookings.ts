import type { BookingId } from '../../domain/ids.ts'
import {
  type ArrivingBooking,
  gymSession,
  marketplaceBooking,
  serviceBooking,
} from '../../domain/moving-in/booking.ts'
import type { Obstacle } from '../../domain/moving-in/obstacle.ts'
import { resetToken } from '../../domain/moving-in/reset-token.ts'
import { type SettledBooking, settled } from '../../domain/moving-in/settled-booking.ts'
import type { Result } from '../../domain/result.ts'
import type { Named } from '../ports/arrivals.ts'
import { type Outcome, outcomeOf, refused, type Step, type StepPorts } from './step.ts'

const idOf = ({ id }: { readonly id: string | null }) => id ?? ''

const takeBookings =
  <Row extends { readonly id: string | null }>(
    judge: (row: Row, ports: StepPorts) => Result<ArrivingBooking, Obstacle>,
  ) =>
  async (ports: StepPorts, rows: readonly Row[]): Promise<readonly Outcome[]> => {
    const outcomes: Outcome[] = []
    const read: Named<ArrivingBooking>[] = []
    for (const row of rows) {
      const judged = judge(row, ports)
      if (judged.ok) read.push({ sourceId: idOf(row), arrival: judged.value })
      else outcomes.push(refused(idOf(row), judged.rejection))
    }
    const fit: Named<SettledBooking>[] = []
    for (const { sourceId, arrival } of await belonging(ports, read)) {
      if (arrival.ok) fit.push({ sourceId, arrival: arrival.value })
      else outcomes.push(refused(sourceId, arrival.rejection))
    }
    const arrived = await ports.arrivals.addBookings(fit)
    return [...outcomes, ...arrived.map((one) => outcomeOf(one))]
  }

/** Finds whom bookings belong to, all of a batch at once. */
async function belonging({ arrivals, around }: StepPorts, read: readonly Named<ArrivingBooking>[]) {
  const each = read.map(({ arrival }) => arrival)
  const people = await arrivals.people([
    ...new Set(each.flatMap(({ customer, provider }) => [customer, provider])),
  ])
  const services = await arrivals.services([...new Set(each.map(({ service }) => service))])
  return read.map(({ sourceId, arrival }) => {
    const provider = people.get(arrival.provider)
    const belongsTo = {
      customerId: people.get(arrival.customer)?.id,
      providerId: provider?.id,
      providerNumber: provider?.number,
      service: services.get(arrival.service),
    }
    return { sourceId, arrival: settled(arrival, belongsTo, around.now) }
  })
}

export const bookings: Step<'bookings'> = {
  table: 'bookings',
  label: 'bookings',
  subject: 'booking',
  idOf,
  take: takeBookings((row, { around }) => marketplaceBooking(row, around)),
}

export const serviceBookings: Step<'service-bookings'> = {
  table: 'service-bookings',
  label: 'bookings',
  subject: 'booking',
  idOf,
  take: takeBookings((row, { around }) => serviceBooking(row, around)),
}

export const sessions: Step<'sessions'> = {
  table: 'sessions',
  label: 'training_sessions',
  subject: 'booking',
  idOf,
  numbers: 'booking',
  take: takeBookings((row, { around, newId }) => gymSession(row, newId() as BookingId, around)),
}

export const resetTokens: Step<'reset-tokens'> = {
  table: 'reset-tokens',
  label: 'password_reset_tokens',
  subject: 'reset-token',
  idOf,
  async take({ arrivals, around }, rows) {
    const outcomes: Outcome[] = []
    const users = await arrivals.people(rows.flatMap(({ user_id }) => (user_id === null ? [] : [user_id])))
    const fit = rows.flatMap((row) => {
      const judged = resetToken(row, around)
      const sourceId = idOf(row)
      const user = judged.ok ? users.get(judged.value.user) : undefined
      if (judged.ok && user) return [{ sourceId, arrival: { ...judged.value, userId: user.id } }]
      outcomes.push(refused(sourceId, judged.ok ? { code: 'orphan', field: 'email' } : judged.rejection))
      return []
    })
    const arrived = await arrivals.addResetTokens(fit)
    return [...outcomes, ...arrived.map((one) => outcomeOf(one))]
  },
}
