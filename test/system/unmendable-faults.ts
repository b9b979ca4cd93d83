import type { Fault } from './planted-faults.ts'
import { bookingId } from './verified-shop.ts'

const NOBODY = '01900000-0000-7000-8000-0000000000ff'

/** Runs statements as a restore does, without triggers and foreign keys. */
const unguarded = (statements: string): string => `set session_replication_role = replica; ${statements}`

/** Rows that have lost what they belong to: told, never touched. */
export const rowFaults: readonly Fault[] = [
  {
    plant: unguarded(
      `insert into profiles (id, first_name, last_name, created_at, updated_at) values ('${NOBODY}', 'A', 'B', now(), now())`,
    ),
    finds: {
      'orphaned-rows table public.profiles': new RegExp(
        `1 row of public.profiles points by id at rows of auth.users that do not exist \\(${NOBODY}\\)`,
      ),
    },
  },
  {
    plant: unguarded(`update bookings set service_id = '${NOBODY}' where id = '${bookingId(1)}'`),
    finds: { 'orphaned-rows table public.bookings': /points by service_id at rows of public\.services/ },
  },
  {
    plant: unguarded(`delete from claims where booking_id = '${bookingId(2)}'`),
    finds: {
      'booking-without-claim table public.bookings': new RegExp(
        `1 row .* without a claim .*${bookingId(2)}.*sold again`,
      ),
    },
  },
  {
    plant: unguarded(`update claims set booking_id = '${NOBODY}' where booking_id = '${bookingId(3)}';
      insert into claims (provider_number, blocked, starts_at, ends_at, service_id, booking_id)
      select provider_number + 100, blocked, starts_at, ends_at, '${NOBODY}', '${bookingId(3)}'
      from claims where booking_id = '${NOBODY}'`),
    finds: {
      'orphaned-rows table public.claims': /points by booking_id at rows of public\.bookings/,
      'claim-without-provider table public.claims': /providers that do not exist/,
      'claim-of-another-provider table public.claims': /another provider than that of the booking/,
      'claim-without-service table public.claims': /services that do not exist/,
    },
  },
  {
    plant: unguarded(`update bookings set status = 'cancelled', cancelled_at = now(), cancelled_by = 'admin'
      where id = '${bookingId(1)}'`),
    finds: { 'claim-of-cancelled-booking table public.claims': /look taken and are not/ },
  },
  {
    plant: unguarded(`insert into auth.users (id, email, roles, created_at, updated_at)
      values (gen_random_uuid(), 'nobody@example.com', '{customer}', now(), now())`),
    finds: { 'account-without-profile table auth.users': /1 row of auth\.users has no profile/ },
  },
  {
    plant: 'delete from auth.standing',
    finds: { 'only-row-missing table auth.standing': /has to have one row and has none/ },
  },
]

/** Faults of the schema that rows stand against, or that only a person can judge, with why --fix does nothing. */
export const refusedFaults: readonly (Fault & { readonly refusal?: RegExp })[] = [
  {
    plant: `alter table profiles drop constraint profiles_id_fkey;
      alter table profiles add constraint another foreign key (id) references auth.users not valid;
      set session_replication_role = replica;
      insert into profiles (id, first_name, last_name, created_at, updated_at) values ('${NOBODY}', 'A', 'B', now(), now())`,
    finds: {
      'foreign-key-missing constraint profiles_id_fkey on public.profiles': /is missing/,
      'foreign-key-duplicated constraint another on public.profiles': /second foreign key/,
      'orphaned-rows table public.profiles': /1 row/,
    },
    refusal:
      /violates foreign key constraint "profiles_id_fkey" \(Key \(id\)=.* is not present[\s\S]*stays as long as/,
  },
  {
    plant: `alter table services drop constraint services_title_length; update services set title = ''`,
    finds: {
      'check-missing constraint services_title_length on public.services': /is missing/,
      'rows-against-rule table public.services':
        /1 row of public\.services stands against services_title_length/,
    },
    refusal: /check constraint "services_title_length" .* is violated by some row/,
  },
  {
    plant:
      'alter table services alter column daily_limit type numeric; update services set daily_limit = 2.5',
    finds: {
      'column-type-changed column daily_limit of public.services': /has to be integer/,
      'check-changed constraint services_daily_limit_range on public.services': /is CHECK .*numeric/,
    },
    refusal: /1 of its values would come back from it as others/,
  },
  {
    plant: `alter table claims drop constraint claims_no_overlap;
      insert into claims (provider_number, blocked, starts_at, ends_at, service_id, hold_id, holder_id, expires_at)
      select provider_number, blocked, starts_at, ends_at, service_id, gen_random_uuid(),
        (select id from auth.users limit 1), now() + interval '1 year'
      from claims where booking_id = '${bookingId(1)}'`,
    finds: {
      'exclusion-constraint-missing constraint claims_no_overlap on public.claims': /sold twice/,
      'slot-sold-twice table public.claims': /1 row of public\.claims overlaps .* has been sold twice/,
    },
    refusal: /could not create exclusion constraint "claims_no_overlap" \(Key .* conflicts with key/,
  },
  {
    plant: 'create rule forget as on delete to idempotency_keys do instead nothing',
    finds: { 'rule-added rule forget on public.idempotency_keys': /rows can be lost or changed/ },
  },
  {
    plant: 'alter table time_off enable row level security',
    finds: { 'table-guarded table public.time_off': /may not find rows that are there/ },
  },
  {
    plant: 'alter table profiles alter column updated_at type timestamp',
    finds: { 'column-type-changed column updated_at of public.profiles': /timestamp without time zone/ },
  },
  {
    plant: 'alter table bookings drop column notes; alter table bookings add column remarks text',
    finds: {
      'column-missing column notes of public.bookings': /what was in it is gone/,
      'check-missing constraint bookings_notes_length on public.bookings': /is missing/,
    },
    refusal: /column "notes" does not exist/,
  },
  {
    plant:
      'alter table reminders add column shop integer not null default 1; alter table reminders alter column shop drop default',
    finds: { 'column-in-the-way column shop of public.reminders': /every new row is refused/ },
  },
  {
    plant: 'drop table event_readers',
    finds: { 'table-missing table public.event_readers': /is missing/ },
  },
]
