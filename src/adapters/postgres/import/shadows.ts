/** What an import writes to. `imports` itself is not among them: a dry run only reads it. */
const WRITTEN = [
  'auth.users',
  'public.profiles',
  'public.schedules',
  'public.weekly_hours',
  'public.weekly_breaks',
  'public.services',
  'public.bookings',
  'public.claims',
  'public.reminders',
  'public.booking_history',
  'public.password_reset_tokens',
  'public.imported_rows',
]

const nameOf = (table: string) => table.slice(table.indexOf('.') + 1)

/**
 * Temporary tables with the constraints of the real ones, the exclusion constraint too. They are found before those, so that
 * what a dry run writes goes there, in transactions as short as those of a run that counts: one long transaction that is
 * rolled back at the end would hold up everybody's events for as long as it takes.
 */
export const shadowTables: readonly string[] = [
  ...WRITTEN.map((table) => `create temporary table ${nameOf(table)} (like ${table} including all)`),
  'create temporary sequence claim_sessions',
  `select
    setval('pg_temp.users_number_seq', (select last_value from auth.users_number_seq)),
    setval('pg_temp.bookings_number_seq', (select last_value from public.bookings_number_seq))`,
]

const COLUMNS = {
  users: 'id, number, email, erased_at',
  profiles: 'id, time_zone',
  services: 'id, provider_id, version, price, currency, cancellation_window_minutes, reminder_minutes',
  bookings: 'id, number',
  imported_rows: 'import_id, subject, source_id, our_id',
} as const

const seenIn = (table: string, columns: string, isDryRun: boolean) =>
  isDryRun
    ? `(select ${columns} from ${table} union all select ${columns} from pg_temp.${nameOf(table)})`
    : table

/** What to read from to see what is here: in a dry run, what is here and what it has as good as written. */
export const seenTables = (isDryRun: boolean) => ({
  users: seenIn('auth.users', COLUMNS.users, isDryRun),
  profiles: seenIn('public.profiles', COLUMNS.profiles, isDryRun),
  services: seenIn('public.services', COLUMNS.services, isDryRun),
  bookings: seenIn('public.bookings', COLUMNS.bookings, isDryRun),
  importedRows: seenIn('public.imported_rows', COLUMNS.imported_rows, isDryRun),
})
