import type { ReadDayBoard, SearchAvailability } from '../../application/availability.ts'
import { type EpochDay, formatDate, parseDate } from '../../domain/calendar.ts'
import type { ServiceId, UserId } from '../../domain/ids.ts'
import { formatInstant, type Instant, parseInstant } from '../../domain/instant.ts'
import type { RangeBound } from '../../domain/search-range.ts'
import { formatInZone, zoneOf } from '../../domain/zone.ts'
import type { App } from './app-types.ts'
import { presentBooking, presentSlot } from './present.ts'
import {
  Availability,
  AvailabilityQuery,
  DayBoard,
  DayBoardParams,
  DayBoardQuery,
} from './schemas/bookings.ts'
import { problemResponses, Reference, TOKEN_CODES } from './schemas/common.ts'
import { sendRefusal } from './send-problem.ts'

export interface AvailabilityUseCases {
  readonly searchAvailability: SearchAvailability
  readonly readDayBoard: ReadDayBoard
}

/** Slots: what can be booked, and why the rest cannot. */
export async function availabilityRoutes(app: App, useCases: AvailabilityUseCases): Promise<void> {
  const { searchAvailability, readDayBoard } = useCases

  app.get(
    '/v1/availability',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'searchAvailability',
        tags: ['Slots'],
        summary: 'Find free slots',
        description:
          'Every slot that is shown can be booked. Times are in UTC, or in `time_zone` where it is asked for.',
        querystring: AvailabilityQuery,
        response: {
          200: Reference(Availability),
          ...problemResponses({ 'service-not-found': true, 'invalid-input': true }),
        },
      },
    },
    async ({ query }, reply) => {
      const outcome = await searchAvailability({
        serviceId: query.service_id as ServiceId,
        from: readBound(query.from),
        to: readBound(query.to),
        timeZone: query.time_zone ?? null,
      })
      if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
      const { asOf, offer, timeZone, slots } = outcome.value
      const format = formatterOf(query.time_zone)
      const shown = query.status === 'all' ? slots : slots.filter((slot) => slot.reason === null)
      return reply.send({
        as_of: formatInstant(asOf),
        data: [
          {
            service_id: offer.service.id,
            provider_id: offer.service.providerId,
            time_zone: timeZone,
            duration_minutes: offer.service.durationMinutes,
            slots: shown.map((slot) => presentSlot(slot, format)),
          },
        ],
      })
    },
  )

  app.get(
    '/v1/providers/:id/days/:date',
    {
      config: { access: 'optional' },
      schema: {
        operationId: 'readDayBoard',
        tags: ['Slots'],
        summary: 'See one local day of a provider',
        description: 'Every slot with its status. The provider and admins also see the booking behind each.',
        params: DayBoardParams,
        querystring: DayBoardQuery,
        response: {
          200: Reference(DayBoard),
          ...problemResponses({ 'service-not-found': true }, TOKEN_CODES),
        },
      },
    },
    async ({ actor, params, query }, reply) => {
      const date = parseDate(params.date) as EpochDay
      const outcome = await readDayBoard(actor, params.id as UserId, query.service_id as ServiceId, date)
      if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
      const { asOf, offer, slots } = outcome.value
      return reply.send({
        as_of: formatInstant(asOf),
        provider_id: offer.service.providerId,
        service_id: offer.service.id,
        date: formatDate(date),
        time_zone: offer.schedule.timeZone,
        slots: slots.map(({ booking, ...slot }) => ({
          ...presentSlot(slot, formatInstant),
          ...(booking && { booking: presentBooking(booking) }),
        })),
      })
    },
  )
}

const readBound = (text: string): RangeBound => {
  const day = parseDate(text)
  return day === undefined ? { instant: parseInstant(text) as Instant } : { day }
}

function formatterOf(timeZone: string | undefined): (instant: Instant) => string {
  if (timeZone === undefined) return formatInstant
  const zone = zoneOf(timeZone)
  return (instant) => formatInZone(zone, instant)
}
