/** Something that is done to a healthy database, and what has to be found then. */
export interface Fault {
  readonly plant: string
  /** By code and object, with a word of the explanation. */
  readonly finds: Readonly<Record<string, RegExp>>
}

const foreignKeys: readonly Fault[] = [
  {
    plant: `alter table bookings add constraint customer_fk foreign key (customer_id) references auth.users (id)
      on update cascade on delete restrict`,
    finds: {
      'foreign-key-duplicated constraint customer_fk on public.bookings':
        /second foreign key for the same thing as bookings_customer_id_fkey\. Every write is checked twice/,
    },
  },
  {
    plant:
      'alter table bookings add constraint service_fk foreign key (service_id) references services on delete cascade',
    finds: {
      'foreign-key-duplicated constraint service_fk on public.bookings':
        /same thing as bookings_service_id_fkey, and says otherwise what happens to the rows .*ON DELETE CASCADE/,
    },
  },
  {
    plant: 'alter table profiles drop constraint profiles_id_fkey',
    finds: {
      'foreign-key-missing constraint profiles_id_fkey on public.profiles':
        /is missing\. Without it rows can point at rows of auth\.users that are gone/,
    },
  },
  {
    plant: `alter table reminders drop constraint reminders_booking_id_fkey,
      add constraint reminders_booking_id_fkey foreign key (booking_id) references bookings
        on update cascade on delete cascade not valid`,
    finds: {
      'foreign-key-not-validated constraint reminders_booking_id_fkey on public.reminders':
        /holds for new rows alone/,
    },
  },
  {
    plant: `alter table schedules drop constraint schedules_provider_id_fkey,
      add constraint schedules_provider_id_fkey foreign key (provider_id) references auth.users on update cascade`,
    finds: {
      'foreign-key-action-changed constraint schedules_provider_id_fkey on public.schedules':
        /What it does when the other row changes or goes .* has to be .*ON DELETE CASCADE/,
    },
  },
  {
    plant: 'alter table idempotency_keys rename constraint idempotency_keys_user_id_fkey to "FK_user"',
    finds: {
      'foreign-key-misnamed constraint idempotency_keys_user_id_fkey on public.idempotency_keys':
        /under the name "FK_user"/,
    },
  },
  {
    plant: 'alter table event_tickets disable trigger all',
    finds: {
      'foreign-key-off constraint event_tickets_user_id_fkey on public.event_tickets':
        /triggers .* switched off/,
    },
  },
]

const constraints: readonly Fault[] = [
  {
    plant: `alter table services drop constraint services_duration_range,
      add constraint services_duration_range check (duration_minutes between 1 and 1440)`,
    finds: {
      'check-changed constraint services_duration_range on public.services': /has to be CHECK .*>= 5/,
    },
  },
  {
    plant: 'alter table bookings drop constraint bookings_version_positive',
    finds: { 'check-missing constraint bookings_version_positive on public.bookings': /is missing/ },
  },
  {
    plant: `alter table claims drop constraint claims_seat_positive,
      add constraint claims_seat_positive check (seat > 0) not valid`,
    finds: { 'check-not-validated constraint claims_seat_positive on public.claims': /for new rows alone/ },
  },
  {
    plant: 'alter table claims drop constraint claims_no_overlap',
    finds: {
      'exclusion-constraint-missing constraint claims_no_overlap on public.claims':
        /a slot can be sold twice/,
    },
  },
  {
    plant: 'alter table bookings rename constraint bookings_number_key to bookings_numbers',
    finds: {
      'unique-constraint-misnamed constraint bookings_number_key on public.bookings':
        /under the name bookings_numbers/,
    },
  },
  {
    plant: 'alter table auth.users add constraint users_number_again unique (number)',
    finds: {
      'unique-constraint-duplicated constraint users_number_again on auth.users': /as users_number_key/,
    },
  },
  {
    plant: 'alter table booking_history drop constraint booking_history_pkey',
    finds: {
      'primary-key-missing constraint booking_history_pkey on public.booking_history': /can be the same one/,
    },
  },
]

/** Faults of constraints that can all be mended, and do not disturb each other. */
export const constraintFaults: readonly Fault[] = [...foreignKeys, ...constraints]

const indexes: readonly Fault[] = [
  {
    plant: 'drop index bookings_starts_at_idx',
    finds: {
      'index-missing index public.bookings_starts_at_idx on public.bookings': /reads the whole table/,
    },
  },
  {
    plant: 'drop index auth.users_email_key',
    finds: { 'index-missing index auth.users_email_key on auth.users': /two accounts can have one address/ },
  },
  {
    plant: 'create index services_again on services (provider_id)',
    finds: {
      'index-duplicated index public.services_again on public.services':
        /same as public\.services_provider_id_idx/,
    },
  },
  {
    plant: 'create unique index number_again on auth.users (number)',
    finds: { 'index-duplicated index auth.number_again on auth.users': /same as users_number_key/ },
  },
  {
    plant: `update pg_index set indisvalid = false where indexrelid = 'claims_booking_id_idx'::regclass`,
    finds: { 'index-invalid index public.claims_booking_id_idx on public.claims': /reads cannot use it/ },
  },
  {
    plant: 'drop index reminders_due_at_idx; create index reminders_due_at_idx on reminders (due_at desc)',
    finds: { 'index-changed index public.reminders_due_at_idx on public.reminders': /it is .* DESC/ },
  },
  {
    plant: 'alter index services_category_idx rename to services_by_category',
    finds: {
      'index-misnamed index public.services_category_idx on public.services':
        /under the name services_by_category/,
    },
  },
]

const columns: readonly Fault[] = [
  {
    plant: 'alter table services alter column duration_minutes type bigint',
    finds: {
      'column-type-changed column duration_minutes of public.services': /is bigint and has to be integer/,
    },
  },
  {
    plant: 'alter table services alter column price type numeric(20,4)',
    finds: { 'column-type-changed column price of public.services': /has to be numeric\(18,4\)/ },
  },
  {
    plant: 'alter table bookings alter column metadata drop not null',
    finds: { 'not-null-dropped column metadata of public.bookings': /no longer NOT NULL/ },
  },
  {
    plant: `update bookings set notes = ''; alter table bookings alter column notes set not null`,
    finds: { 'not-null-added column notes of public.bookings': /must not be/ },
  },
  {
    plant: 'alter table services alter column is_active drop default',
    finds: { 'default-dropped column is_active of public.services': /is missing and has to be true/ },
  },
  {
    plant: `alter table profiles alter column time_zone set default 'Europe/Berlin'`,
    finds: {
      'default-changed column time_zone of public.profiles': /is 'Europe\/Berlin'::text and has to be 'UTC'/,
    },
  },
  {
    plant: 'alter table bookings alter column number drop identity',
    finds: { 'identity-dropped column number of public.bookings': /no longer numbers its rows/ },
  },
  {
    plant: 'alter table events alter column sequence set generated by default',
    finds: { 'identity-changed column sequence of public.events': /numbers could be given twice/ },
  },
  {
    plant: 'alter sequence claim_sessions maxvalue 32767 cycle',
    finds: { 'sequence-changed sequence public.claim_sessions': /numbers may run out/ },
  },
  {
    plant: `select setval('auth.users_number_seq', 1)`,
    finds: { 'sequence-behind sequence auth.users_number_seq': /behind the numbers that are there/ },
  },
  {
    plant: 'alter table reminders set unlogged',
    finds: { 'table-unlogged table public.reminders': /after a crash of the server it is empty/ },
  },
]

const code: readonly Fault[] = [
  {
    plant: 'alter table claims disable trigger claims_never_change',
    finds: {
      'trigger-disabled trigger claims_never_change on public.claims': /is disabled\. Without it a claim can/,
    },
  },
  {
    plant: 'drop trigger bookings_standing_claimed on bookings',
    finds: { 'trigger-missing trigger bookings_standing_claimed on public.bookings': /without a claim/ },
  },
  {
    plant: 'drop trigger claims_of_standing_kept on claims',
    finds: {
      'trigger-missing trigger claims_of_standing_kept on public.claims': /deleted from under its booking/,
    },
  },
  {
    plant: `drop trigger services_noted on services;
      create trigger services_noted after insert on services for each row execute function note_offer()`,
    finds: {
      'trigger-changed trigger services_noted on public.services': /it is CREATE TRIGGER .* AFTER INSERT ON/,
    },
  },
  {
    plant: 'alter trigger time_off_noted on time_off rename to noted',
    finds: { 'trigger-misnamed trigger time_off_noted on public.time_off': /under the name noted/ },
  },
  {
    plant: 'create trigger again after insert or delete on claims for each row execute function note_claim()',
    finds: {
      'trigger-duplicated trigger again on public.claims': /same as claims_noted: what it does is done twice/,
    },
  },
  {
    plant: `create or replace function note_standing() returns trigger language plpgsql as 'begin return null; end'`,
    finds: { 'function-changed function note_standing()': /something else than it was tested with/ },
  },
  {
    plant: 'drop function what_became_of_hold(uuid, uuid)',
    finds: { 'function-missing function what_became_of_hold(uuid,uuid)': /what calls it fails/ },
  },
]

/** All other faults that can be mended, and do not disturb each other. */
export const otherFaults: readonly Fault[] = [...indexes, ...columns, ...code]
