import type { Static } from 'typebox'
import type {
  AvailabilityQuery,
  FindNextSlots,
  SearchAvailability,
  SearchFreeTime,
  SearchRejection,
} from '../../application/availability.ts'
import { parseDate } from '../../domain/calendar.ts'
import type { BookingId, ServiceId } from '../../domain/ids.ts'
import { type Instant, parseInstant } from '../../domain/instant.ts'
import type { RangeBound } from '../../domain/search-range.ts'
import type { App } from './app-types.ts'
import {
  availableAlone,
  everything,
  nextSlotWriter,
  sendAvailability,
  slotWriter,
  windowWriter,
} from './availability-body.ts'
import { type DayBoardUseCases, dayBoardRoute } from './day-board-route.ts'
import { Availability, AvailabilityQueryString, NextSlots, NextSlotsQuery } from './schemas/availability.ts'
import { Answer, NOT_MODIFIED } from './schemas/common.ts'
import { problemResponses, TOKEN_CODES } from './schemas/problem-responses.ts'
import { sendRefusal } from './send-problem.ts'

export interface AvailabilityUseCases extends DayBoardUseCases {
  readonly searchAvailability: SearchAvailability
  readonly searchFreeTime: SearchFreeTime
  readonly findNextSlots: FindNextSlots
}

/** Slots: what can be booked, and why the rest cannot. */
export async function availabilityRoutes(app: App, useCases: AvailabilityUseCases): Promise<void> {
  searchRoute(app, useCases)
  nextRoute(app, useCases)
  dayBoardRoute(app, useCases)
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
      200: Answer('What can be booked, service by service.', Availability, 'ETag'),
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
      200: Answer('The next free slots.', NextSlots, 'ETag'),
      ...NOT_MODIFIED,
      ...problemResponses({ 'service-not-found': true }),
    },
  }
  app.get('/v1/availability/next', { config: { access: 'public' }, schema }, async (request, reply) => {
    const { service_id: serviceId, after, limit } = request.query
    const start = after === undefined ? null : (parseInstant(after) as Instant)
    const outcome = await findNextSlots(serviceId as ServiceId, start, limit ?? 5)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return sendAvailability(request, reply, outcome.value, {
      list: nextSlotWriter,
      shows: everything,
      inZone: false,
    })
  })
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
