import type { Capacity } from './booking.ts'
import type { BookingHistoryEntry } from './event.ts'
import type { Addressee, MailOrder } from './mail.ts'

/** What a letter is about, as its readers see it. */
export type Occasion = 'requested' | 'booked' | 'confirmed' | 'declined' | 'moved' | 'cancelled' | 'reminder'

/** A booking that somebody has to say yes to is a request at first. */
export function occasionOf({ about, version }: MailOrder, history: readonly BookingHistoryEntry[]): Occasion {
  switch (about) {
    case 'booking.created':
      return history.find((entry) => entry.version === version)?.status === 'pending' ? 'requested' : 'booked'
    case 'booking.confirmed':
      return 'confirmed'
    case 'booking.declined':
      return 'declined'
    case 'booking.rescheduled':
      return 'moved'
    case 'booking.cancelled':
      return 'cancelled'
    case 'booking.reminder':
      return 'reminder'
  }
}

/** Whom a letter is for and whom it speaks of; names and titles are one line each. */
export interface Cast {
  readonly to: Addressee
  readonly title: string
  /** The other one of the two. */
  readonly other: string
  readonly isPending: boolean
  /** In which capacity somebody has done it. */
  readonly doer: Capacity
}

export interface LetterWords {
  readonly subject: string
  readonly heading: string
  readonly paragraphs: readonly string[]
}

/** Who has done it, as the reader says it. */
function doerOf({ doer, to, other }: Cast): string {
  if (doer === to) return 'You have'
  if (doer === 'admin') return 'An administrator has'
  return doer === 'system' ? 'The system has' : `${other} has`
}

/** The booking as the reader knows it: `Haircut with Anna Berg`, `Haircut for Ben Cole`. */
const subjectOf = ({ title, to, other }: Cast) => `${title} ${to === 'customer' ? 'with' : 'for'} ${other}`

/** The same after somebody's name, which is not said twice. */
function objectOf(cast: Cast): string {
  const isDoneByOther = cast.doer === (cast.to === 'customer' ? 'provider' : 'customer')
  return isDoneByOther ? cast.title : subjectOf(cast)
}

const stillOpen = ({ isPending, to, other }: Cast): readonly string[] => {
  if (!isPending) return []
  return [
    to === 'customer'
      ? `${other} has yet to confirm it.`
      : 'You have yet to confirm it; otherwise it lapses when it would begin.',
  ]
}

/** The words of a letter. */
export function wordsFor(occasion: Occasion, cast: Cast): LetterWords {
  const isCustomer = cast.to === 'customer'
  const [what, doer] = [objectOf(cast), doerOf(cast)]
  switch (occasion) {
    case 'requested':
      return isCustomer
        ? letter('Requested', 'Your request has been sent', [
            `${doer} asked for ${what}.`,
            `${cast.other} will confirm or decline it. If nobody answers before it would begin, it lapses.`,
          ])
        : letter('Please answer', 'Somebody asks for a booking', [
            `${doer} asked for ${what}.`,
            'Confirm or decline it before it would begin; otherwise it lapses.',
          ])
    case 'booked':
      return isCustomer
        ? letter('Confirmed', 'Your booking is confirmed', [`${doer} booked ${what}.`])
        : letter('New booking', 'You have a new booking', [`${doer} booked ${what}.`])
    case 'confirmed':
      return letter('Confirmed', 'The booking is confirmed', [`${doer} confirmed ${what}.`])
    case 'declined':
      return letter('Declined', 'The request has been declined', [`${doer} declined ${what}.`])
    case 'moved':
      return letter('Moved', 'The booking has been moved', [
        `${doer} moved ${what} to another time.`,
        ...stillOpen(cast),
      ])
    case 'cancelled':
      return letter('Cancelled', 'The booking has been cancelled', [`${doer} cancelled ${what}.`])
    case 'reminder':
      return letter('Reminder', 'It begins soon', [
        `This is to remind you of ${subjectOf(cast)}.`,
        ...stillOpen(cast),
      ])
  }
}

const letter = (subject: string, heading: string, paragraphs: readonly string[]): LetterWords => ({
  subject,
  heading,
  paragraphs,
})
