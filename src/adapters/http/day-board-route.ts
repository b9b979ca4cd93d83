import type { ReadDayBoard } from '../../application/availability.ts'
import { type EpochDay, formatDate, parseDate } from '../../domain/calendar.ts'
import type { ServiceId, UserId } from '../../domain/ids.ts'
import { formatInstant } from '../../domain/instant.ts'
import type { App } from './app-types.ts'
import { sendHashed } from './conditional.ts'
import { presentBooking, presentSlot } from './present.ts'
import { DayBoard, DayBoardParams, DayBoardQuery } from './schemas/availability.ts'
import { Answer, NOT_MODIFIED } from './schemas/common.ts'
import { problemResponses, TOKEN_CODES } from './schemas/problem-responses.ts'
import { sendRefusal } from './send-problem.ts'

export interface DayBoardUseCases {
  readonly readDayBoard: ReadDayBoard
}

/** The board of one local day. */
export function dayBoardRoute(app: App, { readDayBoard }: DayBoardUseCases): void {
  const schema = {
    operationId: 'readDayBoard',
    tags: ['Slots'],
    summary: 'See one local day of a provider',
    description: 'Every slot with its status. The provider and admins also see the booking behind each.',
    params: DayBoardParams,
    querystring: DayBoardQuery,
    response: {
      200: Answer('The day.', DayBoard, 'ETag'),
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
