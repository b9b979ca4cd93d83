import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Letter, type LetterFacts, letterFor } from '../../src/domain/letter.ts'
import type { MailEventType } from '../../src/domain/mail.ts'
import { booking, cancelledBooking, pendingBooking } from './support/builders.ts'
import { entry, order, people } from './support/mail.ts'
import { between } from './support/wall.ts'

const facts = (changes: Partial<LetterFacts> = {}): LetterFacts => ({
  order: order(),
  booking: booking(),
  history: [entry(1, 'booking.created')],
  serviceTitle: 'Haircut',
  people,
  now: booking().createdAt,
  ...changes,
})

const letter = (changes: Partial<LetterFacts> = {}) => letterFor(facts(changes))

const factOf = ({ facts: told }: Letter, label: string) =>
  told.find((line) => line.label === label)?.lines.join('\n')

describe('a letter', () => {
  it('tells each of the two what, when in their own time, with whom, and for how much', () => {
    const [ben, anna] = [letter(), letter({ order: order({ to: 'provider' }) })]
    assert.equal(ben.subject, 'Confirmed: Haircut, Mon 1 Jun 2026, 05:00')
    assert.equal(anna.subject, 'New booking: Haircut, Mon 1 Jun 2026, 11:00')
    assert.deepEqual([ben.greeting, anna.greeting], ['Hello Ben,', 'Hello Anna,'])
    assert.deepEqual(ben.paragraphs, ['You have booked Haircut with Anna Berg.'])
    assert.deepEqual(anna.paragraphs, ['Ben Cole has booked Haircut.'])
    assert.equal(factOf(ben, 'When'), 'Monday, 1 June 2026, 05:00 to 06:00 (America/New_York, UTC-4)')
    assert.equal(factOf(anna, 'When'), 'Monday, 1 June 2026, 11:00 to 12:00 (Europe/Berlin, UTC+2)')
    assert.deepEqual([factOf(ben, 'With'), factOf(anna, 'Customer')], ['Anna Berg', 'Ben Cole'])
    assert.deepEqual([factOf(ben, 'Price'), factOf(ben, 'Booking')], ['75.00 USD', '42'])
  })

  it('tells the customer, and nobody else, until when it may be cancelled, as long as it may', () => {
    const label = 'Free to cancel until'
    assert.equal(factOf(letter(), label), 'Monday, 1 June 2026, 04:00 (America/New_York, UTC-4)')
    assert.equal(factOf(letter({ now: booking().cancellableUntil }), label), undefined)
    assert.equal(factOf(letter({ order: order({ to: 'provider' }) }), label), undefined)
    assert.equal(factOf(letter({ booking: cancelledBooking() }), label), undefined)
  })

  it('asks the provider for an answer to a request, and says what becomes of it', () => {
    const asked = { booking: pendingBooking(), history: [entry(1, 'booking.created', { status: 'pending' })] }
    const [ben, anna] = [letter(asked), letter({ ...asked, order: order({ to: 'provider' }) })]
    assert.match(ben.subject, /^Requested: /)
    assert.match(anna.subject, /^Please answer: /)
    assert.match(ben.paragraphs.join(' '), /Anna Berg will confirm or decline it\..*it lapses/)
    assert.match(anna.paragraphs.join(' '), /Confirm or decline it/)
  })

  it('tells from when to when a booking was moved, and that it is still to be confirmed', () => {
    const { start, end } = between('2026-06-02T09:00:00Z', '2026-06-02T10:00:00Z')
    const history = [
      entry(1, 'booking.created', { status: 'pending' }),
      entry(2, 'booking.updated', { status: 'pending' }),
      entry(3, 'booking.rescheduled', { start, end, actedAs: 'provider', status: 'pending' }),
    ]
    const moved = order({ about: 'booking.rescheduled', version: 3 })
    const ben = letter({ order: moved, booking: { ...pendingBooking(), version: 3, start, end }, history })
    assert.equal(ben.subject, 'Moved: Haircut, Tue 2 Jun 2026, 05:00')
    assert.match(factOf(ben, 'When') ?? '', /^Tuesday, 2 June 2026, 05:00 to 06:00 /)
    assert.match(factOf(ben, 'Before') ?? '', /^Monday, 1 June 2026, 05:00 to 06:00 /)
    assert.deepEqual(ben.paragraphs, [
      'Anna Berg has moved Haircut to another time.',
      'Anna Berg has yet to confirm it.',
    ])
  })

  for (const [about, subject, verb] of [
    ['booking.cancelled', 'Cancelled', 'cancelled'],
    ['booking.declined', 'Declined', 'declined'],
  ] as const satisfies readonly [MailEventType, string, string][]) {
    it(`tells who has ${verb} it and why`, () => {
      const told = (actedAs: 'customer' | 'provider' | 'admin' | 'system', to: 'customer' | 'provider') =>
        letter({
          order: order({ about, version: 2, to }),
          booking: cancelledBooking(),
          history: [entry(2, about, { status: 'cancelled', actedAs, reason: 'Ill.\nSorry!' })],
        })
      assert.match(told('provider', 'customer').subject, new RegExp(`^${subject}: Haircut, `))
      assert.equal(factOf(told('provider', 'customer'), 'Reason'), 'Ill.\nSorry!')
      const by = (...who: Parameters<typeof told>) => told(...who).paragraphs[0]
      assert.equal(by('provider', 'customer'), `Anna Berg has ${verb} Haircut.`)
      assert.equal(by('provider', 'provider'), `You have ${verb} Haircut for Ben Cole.`)
      assert.equal(by('admin', 'customer'), `An administrator has ${verb} Haircut with Anna Berg.`)
      assert.equal(by('system', 'provider'), `The system has ${verb} Haircut for Ben Cole.`)
    })
  }

  it('confirms and reminds', () => {
    const history = [entry(1, 'booking.created'), entry(2, 'booking.confirmed', { actedAs: 'provider' })]
    const confirmed = letter({ order: order({ about: 'booking.confirmed', version: 2 }), history })
    assert.match(confirmed.subject, /^Confirmed: /)
    assert.deepEqual(confirmed.paragraphs, ['Anna Berg has confirmed Haircut.'])
    const reminder = letter({ order: order({ about: 'booking.reminder', version: 2 }), history })
    assert.match(reminder.subject, /^Reminder: /)
    assert.deepEqual(reminder.paragraphs, ['This is to remind you of Haircut with Anna Berg.'])
  })

  it('does not repeat in a reminder why something was changed long ago', () => {
    const history = [entry(2, 'booking.rescheduled', { reason: 'Ill.' })]
    const reminder = order({ about: 'booking.reminder', version: 2 })
    assert.equal(factOf(letter({ order: reminder, history }), 'Reason'), undefined)
  })

  it('has notes as they were written, line by line', () => {
    const told = letter({ booking: booking({ notes: 'Ring twice.\r\nThen wait.' }) })
    assert.deepEqual(told.facts.find(({ label }) => label === 'Notes')?.lines, ['Ring twice.', 'Then wait.'])
    assert.equal(factOf(letter(), 'Notes'), undefined)
  })

  it('lets no name, title or note begin a line of its own or a subject of any length', () => {
    const hostile = 'x\r\nBcc: all@example.com\u2028\u202e'
    const told = letter({
      serviceTitle: `${hostile}${'long '.repeat(1000)}`,
      people: { ...people, customer: { ...people.customer, firstName: hostile } },
      booking: booking({ notes: hostile }),
    })
    assert(told.subject.length < 130, told.subject)
    const { facts: lines, paragraphs, ...rest } = told
    const all = [...Object.values(rest), ...paragraphs, ...lines.flatMap((line) => line.lines)]
    for (const line of all) assert.doesNotMatch(String(line), /[\p{Cc}\u2028\u2029\u202a-\u202e]/u)
  })

  it('names nobody who has been erased', () => {
    const told = letter({ people: { ...people, provider: undefined } })
    assert.deepEqual(told.paragraphs, ['You have booked Haircut with someone who has left.'])
  })

  it('falls back to UTC for a zone that is known no more', () => {
    const customer = { ...people.customer, timeZone: 'Atlantis/Capital' }
    assert.match(factOf(letter({ people: { ...people, customer } }), 'When') ?? '', /09:00 to 10:00 \(UTC\)$/)
  })

  it('has the price in the digits of its currency', () => {
    assert.equal(
      factOf(letter({ booking: booking({ price: { minorUnits: 7500, currency: 'JPY' } }) }), 'Price'),
      '7500 JPY',
    )
  })
})
