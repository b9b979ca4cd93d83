import { Readable } from 'node:stream'
import { Type } from 'typebox'
import type { ExportPerson } from '../../application/export-person.ts'
import { ROLES } from '../../domain/actor.ts'
import { formatInstant } from '../../domain/instant.ts'
import type { PersonalData } from '../../domain/personal-data.ts'
import type { App } from './app-types.ts'
import { presentEntry } from './audit-routes.ts'
import { actorOf } from './authentication.ts'
import { presentBooking, presentHistoryEntry, presentSchedule, presentService } from './present.ts'
import { presentAccount } from './present-account.ts'
import { presentWebhook } from './present-webhooks.ts'
import { Answer } from './schemas/common.ts'
import { problemResponses, ROLE_CODES } from './schemas/problem-responses.ts'
import { sendRefusal } from './send-problem.ts'

export interface ExportUseCases {
  readonly exportPerson: ExportPerson
}

const PersonalDataBody = Type.Object(
  {},
  {
    additionalProperties: true,
    description:
      'user, profile, sessions, identities of outside issuers, webhooks without their secrets, schedule, time_off, services, bookings with their history, and activity, each as the contract has it elsewhere.',
  },
)

/** Everything that is held about oneself, to take along. */
export function exportRoute(app: App, { exportPerson }: ExportUseCases): void {
  const schema = {
    operationId: 'exportMe',
    tags: ['Identity'],
    summary: 'Take along everything that is held about you',
    response: {
      200: Answer('Everything.', PersonalDataBody, 'Cache-Control'),
      ...problemResponses({ 'user-not-found': true }, ROLE_CODES),
    },
  }
  app.get('/v1/me/export', { config: { access: ROLES }, schema }, async (request, reply) => {
    const outcome = await exportPerson(actorOf(request).userId)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return reply
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="slotwright-export.json"')
      .type('application/json; charset=utf-8')
      .send(Readable.from(written(outcome.value)) as never)
  })
}

/** A piece at a time: a provider of many years has more bookings than fit into memory beside those of others. */
async function* written(data: PersonalData): AsyncGenerator<string> {
  const { exportedAt, account, sessions, identities, schedule } = data
  const head = {
    exported_at: formatInstant(exportedAt),
    ...presentAccount(account),
    sessions: sessions.map(({ createdAt, refreshedAt, expiresAt }) => ({
      created_at: formatInstant(createdAt),
      refreshed_at: formatInstant(refreshedAt),
      expires_at: formatInstant(expiresAt),
    })),
    identities,
    schedule: schedule && presentSchedule({ schedule, overrides: overridesOf(schedule) }),
  }
  yield JSON.stringify(head).slice(0, -1)
  yield* list('webhooks', data.webhooks, presentWebhook)
  yield* list('time_off', data.timeOff, ({ start, end, ...rest }) => ({
    ...rest,
    start: formatInstant(start),
    end: formatInstant(end),
  }))
  yield* list('services', data.services, presentService)
  yield* list('bookings', data.bookings, ({ booking, history }) => ({
    ...presentBooking(booking),
    history: history.map(presentHistoryEntry),
  }))
  yield* list('activity', data.activity, presentEntry)
  yield '}'
}

const overridesOf = ({ overrides }: NonNullable<PersonalData['schedule']>) =>
  [...overrides].map(([day, override]) => ({ day, ...override }))

async function* list<T>(name: string, items: AsyncIterable<T>, present: (item: T) => object) {
  yield `,"${name}":[`
  let comma = ''
  for await (const item of items) {
    yield `${comma}${JSON.stringify(present(item))}`
    comma = ','
  }
  yield ']'
}
