import { bookingWireColumns } from '../../src/adapters/postgres/booking-rows.ts'
import {
  bookSlot,
  callOf,
  changeBooking,
  moveBooking,
} from '../../src/adapters/postgres/booking-statements.ts'
import type { Statement } from '../../src/adapters/postgres/pipeline.ts'
import { idPrefix } from '../support/people.ts'
import { shop } from './shop.ts'
import type { Write } from './write-script.ts'

/*
 * The server's own statements with values of the same kind, type and size as the server's. pgbench has numbers but no
 * strings to reckon with, so that ids, keys and instants are made of the slot's number by the statement itself; what is
 * the same for all bookings comes as a parameter, as it does from the server.
 */
const hex = (number: string) => `lpad(to_hex(${number}::bigint), 12, '0')`

/** The id of a number, which is a variable of pgbench. */
export const uuidOf = (kind: keyof typeof idPrefix, number: string) =>
  `('${idPrefix[kind]}' || ${hex(number)})::uuid`

/** The server's statement with other parameters. */
function withValues({ name, text }: Statement, values: readonly string[]): string {
  const parameters = text.match(/\$\d+/g)?.length
  if (parameters !== values.length)
    throw new Error(`${name} has ${parameters} parameters, not ${values.length}`)
  return `${text.replace(/\$(\d+)/g, (_, place) => values[Number(place) - 1] ?? '')};`
}

const holdSlot = callOf('hold_slot', 'outcome, expires_at, answer', 19)

const nextSlot = `
\\set turn :turn + 1
\\set index :first_index + :turn * :clients + :client_id
\\set provider :index % ${shop.providers}
\\set provider_number :provider + 1
\\set customer :provider % ${shop.customers}
\\set starts_at :first_start + :index / ${shop.providers} * ${shop.slotMinutes * 60}
\\set ends_at :starts_at + ${shop.slotMinutes * 60}
`

const bookingColumns = Object.keys(bookingWireColumns)
  .map((name) => `bookings.${name}`)
  .join(', ')

const nextBooking = `
\\set turn :turn + 1
\\set index :turn * :clients + :client_id
select ${bookingColumns}, target, provider_number
from bench_queue
join bookings on bookings.id = bench_queue.id
where place = :index
\\gset was_
`

const startsAt = 'to_timestamp(:starts_at::bigint)'
const endsAt = 'to_timestamp(:ends_at::bigint)'
const slot = [startsAt, endsAt]
const blocked = `tstzrange(${startsAt}, ${endsAt})`
const service = uuidOf('service', ':provider')
const provider = uuidOf('provider', ':provider')
const customer = uuidOf('customer', ':customer')
const event = uuidOf('event', ':index')
const keyOf = (prefix: string) => `:${prefix} || ${hex(':index')}`
const recording = (key: string) => [key, ':request_hash', ':answer_before', ':answer_after']

const booked = (hold: string, key: string) =>
  withValues(bookSlot, [
    ...[
      uuidOf('booking', ':index'),
      service,
      '1',
      '1',
      provider,
      ':provider_number',
      customer,
      `'confirmed'`,
    ],
    ...[
      ...slot,
      '0',
      '0',
      blocked,
      ':price',
      ':currency',
      startsAt,
      'null',
      ':metadata',
      ':now',
      ':reminders',
    ],
    ...['null', 'null', hold, event, customer, `'customer'`, ':data', ...recording(key)],
  ])

const held = withValues(holdSlot, [
  ...[uuidOf('hold', ':index'), service, '1', '1', provider, ':provider_number', customer, ...slot, blocked],
  ...['30', '5', 'null', 'null', event],
  ...[keyOf('hold_keys'), ':request_hash', ':hold_before', ':hold_after'],
])

const changed = [':was_customer_id', `'customer'`]

const cancelled = withValues(changeBooking, [
  ...[
    ':was_id',
    ':was_version + 1',
    `'cancelled'`,
    'null',
    ':was_metadata',
    ':now',
    `'customer'`,
    ':reason',
    ':now',
  ],
  ...[event, `'booking.cancelled'`, ...changed, ':reason', ':data', ...recording(keyOf('keys'))],
])

const target = ':was_target::timestamptz'
const targetEnd = `${target} + interval '${shop.slotMinutes} minutes'`

const moved = withValues(moveBooking, [
  ...[':was_id', ':was_version + 1', ':was_service_id', '1', '1', ':was_provider_number', target, targetEnd],
  ...[`tstzrange(${target}, ${targetEnd})`, target, ':now', ':reminders', 'null', 'null'],
  ...[event, ...changed, 'null', ':data', ...recording(keyOf('keys'))],
])

/** The statements of each write, as the server sends them. */
export const scripts: Readonly<Record<Write, string>> = {
  book: `${nextSlot}${booked('null', keyOf('keys'))}\n`,
  holdAndRedeem: `${nextSlot}${held}\n${booked(uuidOf('hold', ':index'), keyOf('keys'))}\n`,
  reschedule: `${nextBooking}${moved}\n`,
  cancel: `${nextBooking}${cancelled}\n`,
}
