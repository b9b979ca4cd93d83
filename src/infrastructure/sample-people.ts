import type { Weekday } from '../domain/calendar.ts'
import type { ServiceDraft } from '../domain/service.ts'

export interface SamplePerson {
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly timeZone: string
}

export interface SampleProvider extends SamplePerson {
  /** `09:00-17:00` by weekday. */
  readonly hours: Readonly<Partial<Record<Weekday, string>>>
  readonly breaks: Readonly<Partial<Record<Weekday, string>>>
  readonly services: readonly ServiceDraft[]
}

/** The same for all of them: a development server has nothing to hide. */
export const SAMPLE_PASSWORD = 'book-a-slot'

export const CUSTOMER: SamplePerson = {
  email: 'casey@customer.example',
  firstName: 'Casey',
  lastName: 'Lee',
  timeZone: 'America/New_York',
}

const everyDay = (days: readonly Weekday[], hours: string) =>
  Object.fromEntries(days.map((day) => [day, hours]))
const WEEKDAYS: readonly Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday']

/** Three providers who show what time zones do. */
export const PROVIDERS: readonly SampleProvider[] = [
  {
    email: 'riley@trainer.example',
    firstName: 'Riley',
    lastName: 'Morgan',
    timeZone: 'America/New_York',
    hours: { ...everyDay([...WEEKDAYS, 'saturday'], '07:00-20:00'), sunday: '08:00-16:00' },
    breaks: everyDay(WEEKDAYS, '12:00-13:00'),
    services: [
      {
        title: 'Personal training',
        description: 'One hour of strength or endurance training, one to one.',
        category: 'personal_training',
        price: { amount: '75.00', currency: 'USD' },
        durationMinutes: 60,
        cancellationWindowMinutes: 120,
      },
    ],
  },
  {
    email: 'mara@stylist.example',
    firstName: 'Mara',
    lastName: 'Vogel',
    timeZone: 'Europe/Berlin',
    hours: everyDay(['tuesday', 'wednesday', 'thursday', 'friday', 'saturday'], '09:00-18:00'),
    breaks: everyDay(['tuesday', 'wednesday', 'thursday', 'friday'], '12:30-13:00'),
    services: [
      {
        title: 'Cut and style',
        description: 'Washing, cutting and styling.',
        category: 'hair',
        price: { amount: '48.00', currency: 'EUR' },
        durationMinutes: 45,
        slotIntervalMinutes: 15,
        bufferAfterMinutes: 15,
        minNoticeMinutes: 60,
      },
    ],
  },
  {
    email: 'anand@tutor.example',
    firstName: 'Anand',
    lastName: 'Rao',
    timeZone: 'Asia/Kolkata',
    hours: { ...everyDay(WEEKDAYS, '16:00-21:00'), saturday: '10:00-14:00', sunday: '10:00-13:00' },
    breaks: {},
    services: [
      {
        title: 'Mathematics lesson',
        description: 'School mathematics up to the final examination.',
        category: 'tutoring',
        price: { amount: '1200.00', currency: 'INR' },
        durationMinutes: 60,
        slotIntervalMinutes: 30,
        requiresConfirmation: true,
        dailyLimit: 4,
      },
    ],
  },
]
