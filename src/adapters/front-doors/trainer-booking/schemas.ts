import { Type } from 'typebox'
import { Strict } from '../door.ts'

/** What PostgreSQL calls an integer. */
const GREATEST_NUMBER = 2_147_483_647

const SmallNumber = (description: string) =>
  Type.Integer({ minimum: 1, maximum: GREATEST_NUMBER, description })

const START = /^(?:[01]\d|2[0-3]):[0-5]\d(?::00)?$/
const END = /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)(?::00)?$/

const Time = (shape: RegExp, description: string) =>
  Type.Refine(
    Type.String({ description }),
    (text) => shape.test(text),
    () => 'must be a time such as 09:00 or 09:00:00',
  )

export const BookBody = Strict(
  {
    trainer_id: SmallNumber('The number of the trainer.'),
    session_date: Type.String({ format: 'date', description: 'By the clock of the trainer.' }),
    start_time: Time(START, 'By the clock of the trainer, `09:00` or `09:00:00`.'),
    end_time: Time(END, 'As the start; `24:00`, or a time that is not after the start, is of the next day.'),
    session_type: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description: 'Of several services of this length, the one whose category or title it is.',
      }),
    ),
    notes: Type.Optional(
      Type.Unsafe<string | null>({
        type: ['string', 'null'],
        maxLength: 2000,
        description: 'For the trainer.',
      }),
    ),
  },
  {
    examples: [
      {
        trainer_id: 1,
        session_date: '2030-01-21',
        start_time: '09:00',
        end_time: '10:00',
        session_type: 'personal_training',
        notes: 'Focus on strength training',
      },
    ],
  },
)

export const TrainerParams = Type.Object({ trainerId: SmallNumber('The number of the trainer.') })

export const DayParams = Type.Object({
  ...TrainerParams.properties,
  date: Type.String({ format: 'date', description: 'By the clock of the trainer.' }),
})

const SessionStatus = Type.Unsafe<'scheduled' | 'confirmed' | 'completed' | 'cancelled' | 'no_show'>({
  type: 'string',
  enum: ['scheduled', 'confirmed', 'completed', 'cancelled', 'no_show'],
  description: '`scheduled` waits for the yes of the trainer.',
})

export const Booked = Type.Object(
  {
    success: Type.Boolean({ enum: [true] }),
    message: Type.String(),
    session: Type.Object({
      id: Type.Integer({ description: 'The number of the booking.' }),
      trainer_id: Type.Integer(),
      client_id: Type.Integer({ description: 'The number of the member.' }),
      session_date: Type.String({ format: 'date' }),
      start_time: Type.String({ description: 'Such as `09:00`.' }),
      end_time: Type.String({ description: 'Such as `10:00`; `24:00` is the end of the day.' }),
      status: SessionStatus,
      price: Type.Number({ description: 'In the currency of the service.' }),
    }),
  },
  { description: 'The session that has been booked.' },
)

const HourStatus = Type.Unsafe<'available' | 'booked' | 'unavailable' | 'break'>({
  type: 'string',
  enum: ['available', 'booked', 'unavailable', 'break'],
  description: 'What the front end paints green, red, grey and yellow.',
})

const NullableText = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description })

const TimeOfDay = Type.String({ description: 'Such as `09:00:00`, by the clock of the trainer.' })

export const Day = Type.Array(
  Type.Object({
    id: Type.String({ description: 'Trainer, date and time: `1-2024-01-20-0900`.' }),
    time: TimeOfDay,
    status: HourStatus,
    clientName: NullableText('Who comes: for the trainer and admins.'),
    sessionType: NullableText('What for: for the trainer and admins.'),
  }),
  { description: 'The hours of the day, in order.' },
)

export const Week = Type.Array(
  Type.Object({
    day_of_week: Type.Integer({ minimum: 0, maximum: 6, description: '0 is Sunday.' }),
    time_slot: TimeOfDay,
    status: HourStatus,
  }),
  { description: 'The hours of seven days from today on, in order.' },
)

export const Failure = Type.Object({
  success: Type.Boolean({ enum: [false] }),
  error: Type.String({ description: 'What went wrong.' }),
  message: Type.String({ description: 'The same, with every field that is wrong where it is about fields.' }),
})
