import type { Static } from 'typebox'
import type { BookSession, ReadTrainerDay, ReadTrainerWeek } from '../../../application/training-sessions.ts'
import { type EpochDay, parseDate, parseWallTime, type WallMinutes } from '../../../domain/calendar.ts'
import type { UserNumber } from '../../../domain/ids.ts'
import type { SessionWish } from '../../../domain/session-service.ts'
import { type DoorApp, errorResponses, signedIn } from '../door.ts'
import { presentDay, presentSession, presentWeek } from './present.ts'
import { BookBody, Booked, Day, DayParams, Failure, TrainerParams, Week } from './schemas.ts'
import { wordProblem } from './wording.ts'

export interface TrainerBookingUseCases {
  readonly bookSession: BookSession
  readonly readTrainerDay: ReadTrainerDay
  readonly readTrainerWeek: ReadTrainerWeek
}

export const TRAINER_BOOKING_TAG = {
  name: 'Trainer booking',
  description:
    'The front door `trainer-booking`: sessions and trainers, as the front end of a gym knows them.',
}

const tags = [TRAINER_BOOKING_TAG.name]

/** Sessions and trainers in the words of the gym. */
export async function trainerBookingDoor(app: DoorApp, useCases: TrainerBookingUseCases): Promise<void> {
  bookRoute(app, useCases)
  dayRoute(app, useCases)
  weekRoute(app, useCases)
}

function bookRoute(app: DoorApp, { bookSession }: TrainerBookingUseCases): void {
  const schema = {
    operationId: 'gymBookSession',
    tags,
    summary: 'Book a session with a trainer',
    description:
      'For members, which are customers. The service is the active one of the trainer that takes as long.',
    body: BookBody,
    response: { 200: Booked, ...errorResponses(Failure, [401, 403, 404, 409, 422], true) },
  }
  const config = { access: ['customer'], wordProblem } as const
  app.post('/api/members/book-training-session', { config, schema }, async (request, reply) => {
    const { trainer_id: trainer, notes = null } = request.body
    const actor = signedIn(request)
    const outcome = await bookSession(actor, trainer as UserNumber, readWish(request.body), notes)
    return outcome.ok ? reply.send(presentSession(outcome.value)) : reply.refuse(outcome.rejection)
  })
}

function dayRoute(app: DoorApp, { readTrainerDay }: TrainerBookingUseCases): void {
  const schema = {
    operationId: 'gymReadDay',
    tags,
    summary: 'See a day of a trainer',
    params: DayParams,
    response: { 200: Day, ...errorResponses(Failure, [401, 404]) },
  }
  const config = { access: 'optional', ratePolicy: 'searches', wordProblem } as const
  app.get('/api/members/trainers/:trainerId/schedule/:date', { config, schema }, async (request, reply) => {
    const trainer = request.params.trainerId as UserNumber
    const outcome = await readTrainerDay(request.actor, trainer, readDate(request.params.date))
    return outcome.ok ? reply.send(presentDay(trainer, outcome.value)) : reply.refuse(outcome.rejection)
  })
}

function weekRoute(app: DoorApp, { readTrainerWeek }: TrainerBookingUseCases): void {
  const schema = {
    operationId: 'gymReadWeek',
    tags,
    summary: 'See the coming week of a trainer',
    params: TrainerParams,
    response: { 200: Week, ...errorResponses(Failure, [404, 422]) },
  }
  const config = { access: 'public', ratePolicy: 'searches', wordProblem } as const
  app.get('/api/members/trainers/:trainerId/schedule', { config, schema }, async ({ params }, reply) => {
    const outcome = await readTrainerWeek(params.trainerId as UserNumber)
    return outcome.ok ? reply.send(presentWeek(outcome.value)) : reply.refuse(outcome.rejection)
  })
}

const readWish = (body: Static<typeof BookBody>): SessionWish => ({
  day: readDate(body.session_date),
  start: readTime(body.start_time),
  end: readTime(body.end_time),
  sessionType: body.session_type ?? null,
})

const readDate = (text: string) => parseDate(text) as EpochDay

/** With seconds or without. */
const readTime = (text: string) => parseWallTime(text.slice(0, 'HH:MM'.length)) as WallMinutes
