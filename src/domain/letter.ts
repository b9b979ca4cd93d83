import type { Profile } from './account.ts'
import { type Booking, isStanding } from './booking.ts'
import type { BookingHistoryEntry } from './event.ts'
import type { Instant } from './instant.ts'
import type { Interval } from './interval.ts'
import { type Occasion, occasionOf, wordsFor } from './letter-words.ts'
import type { Addressee, MailOrder } from './mail.ts'
import { formatAmount } from './money.ts'
import { asLines, asOneLine, shortened } from './plain-text.ts'
import { instantWords, intervalWords, shortInstantWords } from './time-words.ts'
import { findZone, type Zone, zoneOf } from './zone.ts'

/** What a mail says, before it is laid out as text or as a page. Every line of it is one line. */
export interface Letter {
  readonly subject: string
  readonly heading: string
  readonly greeting: string
  readonly paragraphs: readonly string[]
  readonly facts: readonly LetterFact[]
}

export interface LetterFact {
  readonly label: string
  /** Several where somebody wrote several. */
  readonly lines: readonly string[]
}

export interface LetterFacts {
  readonly order: MailOrder
  readonly booking: Booking
  readonly history: readonly BookingHistoryEntry[]
  readonly serviceTitle: string
  readonly people: Readonly<Record<Addressee, Profile | undefined>>
  readonly now: Instant
}

const LONGEST_TITLE_IN_SUBJECT = 80

/** The name as others see it; whoever has been erased has none. */
export const nameOf = (person: Profile | undefined): string =>
  asOneLine(person ? `${person.firstName} ${person.lastName}` : '') || 'someone who has left'

/** The zone that somebody lives by; a name that is known no more counts as UTC. */
export const zoneOfReader = (reader: Profile | undefined): Zone =>
  findZone(reader?.timeZone ?? 'UTC') ?? zoneOf('UTC')

/** What one of the two is told of a booking, in their own time. */
export function letterFor(facts: LetterFacts): Letter {
  const { order, booking, history, people, serviceTitle } = facts
  const reader = people[order.to]
  const zone = zoneOfReader(reader)
  const title = asOneLine(serviceTitle)
  const occasion = occasionOf(order, history)
  const other = nameOf(people[otherThan(order.to)])
  const words = wordsFor(occasion, {
    to: order.to,
    title,
    other,
    isPending: booking.status === 'pending',
    doer: entryOf(order, history)?.actedAs ?? 'system',
  })
  return {
    subject: `${words.subject}: ${shortened(title, LONGEST_TITLE_IN_SUBJECT)}, ${shortInstantWords(zone, booking.start)}`,
    heading: words.heading,
    greeting: `Hello ${asOneLine(reader?.firstName ?? '') || 'there'},`,
    paragraphs: words.paragraphs,
    facts: factsOf(facts, occasion, zone, { title, other }),
  }
}

/** The other one of the two. */
export const otherThan = (to: Addressee): Addressee => (to === 'customer' ? 'provider' : 'customer')

const entryOf = ({ version }: MailOrder, history: readonly BookingHistoryEntry[]) =>
  history.find((entry) => entry.version === version)

/** Where a booking was before it was moved. */
function previousOf({ version }: MailOrder, history: readonly BookingHistoryEntry[]): Interval | undefined {
  return history.filter((entry) => entry.version < version).toSorted((a, b) => b.version - a.version)[0]
}

function factsOf(
  { order, booking, history, now }: LetterFacts,
  occasion: Occasion,
  zone: Zone,
  { title, other }: { readonly title: string; readonly other: string },
): readonly LetterFact[] {
  const previous = occasion === 'moved' ? previousOf(order, history) : undefined
  const reason = entryOf(order, history)?.reason
  const mayWithdraw = order.to === 'customer' && isStanding(booking) && booking.cancellableUntil > now
  return [
    fact('Service', title),
    fact('When', intervalWords(zone, booking)),
    previous && fact('Before', intervalWords(zone, previous)),
    fact(order.to === 'customer' ? 'With' : 'Customer', other),
    fact('Price', `${formatAmount(booking.price)} ${booking.price.currency}`),
    mayWithdraw && fact('Free to cancel until', instantWords(zone, booking.cancellableUntil)),
    reason && occasion !== 'reminder' && fact('Reason', ...asLines(reason)),
    booking.notes && fact('Notes', ...asLines(booking.notes)),
    fact('Booking', String(booking.number)),
  ].filter((line) => typeof line === 'object' && line !== null)
}

const fact = (label: string, ...lines: string[]): LetterFact => ({ label, lines })
