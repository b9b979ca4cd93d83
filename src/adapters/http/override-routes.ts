import { Type } from 'typebox'
import type {
  PutOverride,
  PutOverrideRejection,
  RemoveOverride,
} from '../../application/schedule-exceptions.ts'
import { type EpochDay, parseDate } from '../../domain/calendar.ts'
import type { UserId } from '../../domain/ids.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { expectedVersion, sendVersioned } from './conditional.ts'
import { presentConflicts, presentOverride } from './present.ts'
import { readDayHours } from './read-hours.ts'
import { BODY_CODES, IfMatch, problemResponses, Reference, TOKEN_CODES } from './schemas/common.ts'
import { Override, OverrideBody, OverrideParams } from './schemas/schedule-exceptions.ts'
import { sendRefusal } from './send-problem.ts'

export interface OverrideUseCases {
  readonly putOverride: PutOverride
  readonly removeOverride: RemoveOverride
}

const putCodes = {
  'provider-not-found': true,
  forbidden: true,
  'invalid-input': true,
  'version-mismatch': true,
  'too-many-overrides': true,
} as const satisfies Record<PutOverrideRejection['code'], true>

/** Dates whose hours are not those of their weekday. The ETag is the version of the schedule. */
export async function overrideRoutes(app: App, useCases: OverrideUseCases): Promise<void> {
  const { putOverride, removeOverride } = useCases

  app.put(
    '/v1/providers/:id/schedule/overrides/:date',
    {
      config: { access: ['provider', 'admin'] },
      schema: {
        operationId: 'putOverride',
        tags: ['Schedules'],
        summary: 'Set the hours of one date',
        description:
          'In place of the weekly ones; no hours at all close the date. Breaks stay. No booking is changed by it: those of the date that now fall outside are in the answer.',
        params: OverrideParams,
        headers: IfMatch,
        body: OverrideBody,
        response: {
          200: Reference(Override),
          ...problemResponses<PutOverrideRejection['code']>(putCodes, [...BODY_CODES, ...TOKEN_CODES]),
        },
      },
    },
    async (request, reply) => {
      const { params, body } = request
      const day = parseDate(params.date) as EpochDay
      const draft = { hours: readDayHours(body.hours), reason: body.reason ?? null }
      const version = expectedVersion(request)
      const outcome = await putOverride(actorOf(request), params.id as UserId, day, draft, version)
      if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
      const { override, scheduleVersion } = outcome.value
      return sendVersioned(request, reply, scheduleVersion, {
        ...presentOverride({ day, ...override }),
        schedule_version: scheduleVersion,
        ...presentConflicts(outcome.value),
      })
    },
  )

  app.delete(
    '/v1/providers/:id/schedule/overrides/:date',
    {
      config: { access: ['provider', 'admin'] },
      schema: {
        operationId: 'removeOverride',
        tags: ['Schedules'],
        summary: 'Give a date the hours of its weekday back',
        description: 'Where it has no others, nothing changes, not even the version of the schedule.',
        params: OverrideParams,
        headers: IfMatch,
        response: {
          204: Type.Null({ description: 'The date has no hours of its own, now or before.' }),
          ...problemResponses(
            { 'provider-not-found': true, forbidden: true, 'version-mismatch': true },
            TOKEN_CODES,
          ),
        },
      },
    },
    async (request, reply) => {
      const { id, date } = request.params
      const day = parseDate(date) as EpochDay
      const outcome = await removeOverride(actorOf(request), id as UserId, day, expectedVersion(request))
      return outcome.ok ? reply.code(204).send(null) : sendRefusal(reply, outcome.rejection)
    },
  )
}
