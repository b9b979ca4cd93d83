import type { PutOverride, PutOverrideRejection, RemoveOverride } from '../../application/overrides.ts'
import { type EpochDay, formatDate, parseDate } from '../../domain/calendar.ts'
import type { UserId } from '../../domain/ids.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { expectedVersion, sendVersioned } from './conditional.ts'
import { presentConflicts, presentOverride } from './present.ts'
import { readDayHours } from './read-hours.ts'
import { Answer, IfMatch } from './schemas/common.ts'
import { BODY_CODES, problemResponses, TOKEN_CODES } from './schemas/problem-responses.ts'
import { Override, OverrideBody, OverrideParams, RemovedOverride } from './schemas/schedule-exceptions.ts'
import { sendRefusal } from './send-problem.ts'

export interface OverrideUseCases {
  readonly putOverride: PutOverride
  readonly removeOverride: RemoveOverride
}

const removeCodes = { 'provider-not-found': true, forbidden: true, 'version-mismatch': true } as const
const putCodes: Record<PutOverrideRejection['code'], true> = {
  ...removeCodes,
  'invalid-input': true,
  'too-many-overrides': true,
}

/** Dates whose hours are not those of their weekday. The ETag is the version of the schedule. */
export async function overrideRoutes(app: App, useCases: OverrideUseCases): Promise<void> {
  putRoute(app, useCases)
  removeRoute(app, useCases)
}

const path = '/v1/providers/:id/schedule/overrides/:date'
const config = { access: ['provider', 'admin'] } as const

function putRoute(app: App, { putOverride }: OverrideUseCases): void {
  const schema = {
    operationId: 'putOverride',
    tags: ['Schedules'],
    summary: 'Set the hours of one date',
    description:
      'In place of the weekly ones; no hours at all close the date. Breaks stay. No booking is changed by it: those of the date that now fall outside are in the answer.',
    params: OverrideParams,
    headers: IfMatch,
    body: OverrideBody,
    response: {
      200: Answer('The hours of the date, with the bookings outside them.', Override, 'ETag'),
      ...problemResponses(putCodes, [...BODY_CODES, ...TOKEN_CODES]),
    },
  }
  app.put(path, { config, schema }, async (request, reply) => {
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
  })
}

function removeRoute(app: App, { removeOverride }: OverrideUseCases): void {
  const schema = {
    operationId: 'removeOverride',
    tags: ['Schedules'],
    summary: 'Give a date the hours of its weekday back',
    description:
      'Where it has no others, nothing changes, not even the version of the schedule. No booking is changed by it: those of the date that now fall outside are in the answer.',
    params: OverrideParams,
    headers: IfMatch,
    response: {
      200: Answer('It is gone; with the bookings of the date that fall outside.', RemovedOverride, 'ETag'),
      ...problemResponses(removeCodes, TOKEN_CODES),
    },
  }
  app.delete(path, { config, schema }, async (request, reply) => {
    const { id, date } = request.params
    const day = parseDate(date) as EpochDay
    const outcome = await removeOverride(actorOf(request), id as UserId, day, expectedVersion(request))
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    const { scheduleVersion } = outcome.value
    return sendVersioned(request, reply, scheduleVersion, {
      date: formatDate(day),
      schedule_version: scheduleVersion,
      ...presentConflicts(outcome.value),
    })
  })
}
