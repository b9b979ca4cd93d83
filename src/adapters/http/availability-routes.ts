import type { Static } from 'typebox'
import type {
  AvailabilityQuery,
  FindNextSlots,
  ReadDayBoard,
  SearchAvailability,
  SearchFreeTime,
  SearchRejection,
} from '../../application/availability.ts'
import { type EpochDay, formatDate, parseDate } from '../../domain/calendar.ts'
import type { BookingId, ServiceId, UserId } from '../../domain/ids.ts'
import { formatInstant, type Instant, parseInstant } from '../../domain/instant.ts'
import type { RangeBound } from '../../domain/search-range.ts'
import type { App } from './app-types.ts'
import {
  availableAlone,
  everything,
  sendAvailability,
  slotWriter,
  windowWriter,
} from './availability-body.ts'
import { sendHashed } from './conditional.ts'
import { presentBooking, presentSlot } from './present.ts'
import {
  Availability,
  AvailabilityQueryString,
  DayBoard,
  DayBoardParams,
  DayBoardQuery,
  NextSlots,
  NextSlotsQuery,
} from './schemas/availability.ts'
import { NOT_MODIFIED, problemResponses, Reference, TOKEN_CODES } from './schemas/common.ts'
import { sendRefusal } from './send-problem.ts'

export interface AvailabilityUseCases {
  readonly searchAvailability: SearchAvailability
  readonly searchFreeTime: SearchFreeTime
  readonly findNextSlots: FindNextSlots
  readonly readDayBoard: ReadDayBoard
}

/** Slots: what can be booked, and why the rest cannot. */
export async function availabilityRoutes(app: App, useCases: AvailabilityUseCases): Promise<void> {
  searchRoute(app, useCases)
  nextRoute(app, useCases)
  boardRoute(app, useCases)
}

function searchRoute(app: App, { searchAvailability, searchFreeTime }: AvailabilityUseCases): void {
  const schema = {
    operationId: 'searchAvailability',
    tags: ['Slots'],
    summary: 'Find free slots',
    description:
      'Every slot that is shown can be booked. Times are in UTC, or in `time_zone` where it is asked for.',
    querystring: AvailabilityQueryString,
    response: {
      200: Reference(Availability),
      ...NOT_MODIFIED,
      ...problemResponses<SearchRejection['code']>(
        {
          'service-not-found': true,
          'booking-not-found': true,
          'invalid-input': true,
          'search-too-large': true,
        },
        TOKEN_CODES,
      ),
    },
  }
  app.get('/v1/availability', { config: { access: 'optional' }, schema }, async (request, reply) => {
    const { actor, query } = request
    const inZone = query.time_zone !== undefined
    if (query.view === 'windows') {
      const outcome = await searchFreeTime(actor, readQuery(query))
      if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
      return sendAvailability(request, reply, outcome.value, {
        list: windowWriter,
        shows: everything,
        inZone,
      })
    }
    const outcome = await searchAvailability(actor, readQuery(query))
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    const shows = query.status === 'all' ? everything : availableAlone
    return sendAvailability(request, reply, outcome.value, { list: slotWriter, shows, inZone })
  })
}

function nextRoute(app: App, { findNextSlots }: AvailabilityUseCases): void {
  const schema = {
    operationId: 'findNextSlots',
    tags: ['Slots'],
    summary: 'Find the next free slots',
    description: 'However far away they are within the horizon of the service.',
    querystring: NextSlotsQuery,
    response: {
      200: Reference(NextSlots),
      ...NOT_MODIFIED,
      ...problemResponses({ 'service-not-found': true }),
    },
  }
  app.get('/v1/availability/next', { config: { access: 'public' }, schema }, async (request, reply) => {
    const { service_id: serviceId, after, limit } = request.query
    const start = after === undefined ? null : (parseInstant(after) as Instant)
    const outcome = await findNextSlots(serviceId as ServiceId, start, limit ?? 5)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    const list = { ...windowWriter, name: 'slots' } as const
    return sendAvailability(request, reply, outcome.value, { list, shows: everything, inZone: false })
  })
}

function boardRoute(app: App, { readDayBoard }: AvailabilityUseCases): void {
  const schema = {
    operationId: 'readDayBoard',
    tags: ['Slots'],
    summary: 'See one local day of a provider',
    description: 'Every slot with its status. The provider and admins also see the booking behind each.',
    params: DayBoardParams,
    querystring: DayBoardQuery,
    response: {
      200: Reference(DayBoard),
      ...NOT_MODIFIED,
      ...problemResponses({ 'service-not-found': true }, TOKEN_CODES),
    },
  }
  app.get(
    '/v1/providers/:id/days/:date',
    { config: { access: 'optional' }, schema },
    async (request, reply) => {
      const { actor, params, query } = request
      const date = parseDate(params.date) as EpochDay
      const outcome = await readDayBoard(actor, params.id as UserId, query.service_id as ServiceId, date)
      if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
      const { asOf, offer, slots } = outcome.value
      const board = {
        provider_id: offer.service.providerId,
        service_id: offer.service.id,
        date: formatDate(date),
        time_zone: offer.schedule.timeZone,
        slots: slots.map(({ booking, ...slot }) => ({
          ...presentSlot(slot, formatInstant),
          ...(booking && { booking: presentBooking(booking) }),
        })),
      }
      return sendHashed(request, reply, board, { as_of: formatInstant(asOf), ...board })
    },
  )
}

const readQuery = (query: Static<typeof AvailabilityQueryString>): AvailabilityQuery => ({
  serviceIds: query.service_id as ServiceId[],
  from: readBound(query.from),
  to: readBound(query.to),
  timeZone: query.time_zone ?? null,
  excludeBookingId: (query.exclude_booking_id as BookingId | undefined) ?? null,
})

const readBound = (text: string): RangeBound => {
  const day = parseDate(text)
  return day === undefined ? { instant: parseInstant(text) as Instant } : { day }
}
