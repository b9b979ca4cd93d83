import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { readArguments, runCommand } from '../../../src/infrastructure/commands/command.ts'
import { startEmbeddedPostgres } from '../../../src/infrastructure/embedded-postgres.ts'
import { bringIn } from '../../../src/infrastructure/import/bring-in.ts'
import { readImportOptions } from '../../../src/infrastructure/import/options.ts'
import { migrate } from '../../../src/infrastructure/migrate.ts'
import { databaseUrl, withClient } from '../../support/postgres-client.ts'

const help = `Measures how fast a marketplace moves in.

  npm run import-speed [-- options]

  --bookings <n>   how many it has, 1000 to 10000000 (1000000); a tenth of them are still to come
  --help           this text

Source and target are on one embedded PostgreSQL in a temporary folder. It moves in once, and is run again over what is
there. The exit code is 0, or 1 when something went wrong.`

/** A marketplace of 200 providers and 10,000 customers, whose bookings do not meet. */
const marketplace = (bookings: number) => `
  create schema auth;
  create table auth.users (id uuid primary key default gen_random_uuid(), number serial, email text, password_hash text);
  create table profiles (id uuid primary key, first_name text, last_name text);
  create table services (
    id uuid primary key default gen_random_uuid(), number serial, provider_id uuid, title text, category text,
    price numeric, currency text, duration integer
  );
  create table bookings (
    id uuid primary key default gen_random_uuid(), customer_id uuid, provider_id uuid, service_id uuid, status text,
    scheduled_start timestamptz, duration integer, total_amount numeric, notes text, created_at timestamptz
  );
  insert into auth.users (email) select 'person-' || place || '@example.com' from generate_series(1, 10200) as place;
  insert into profiles select id, 'First', 'Last' from auth.users;
  insert into services (provider_id, title, category, price, currency, duration)
  select id, 'Haircut', 'hair', 50, 'USD', 60 from auth.users where number <= 200;
  insert into bookings
    (customer_id, provider_id, service_id, status, scheduled_start, duration, total_amount, notes, created_at)
  select
    users.id, services.provider_id, services.id, case when place % 10 = 0 then 'confirmed' else 'completed' end,
    date_trunc('hour', now()) + (case when place % 10 = 0 then 1 else -1 end) * make_interval(hours => 24 + place / 200),
    60, 50, 'a note of some length', now() - make_interval(mins => place)
  from generate_series(1, ${bookings}) as place
  join auth.users on users.number = 201 + place % 10000
  join services on services.number = 1 + place % 200;
  analyze`

async function measure(bookings: number): Promise<void> {
  await using folder = await mkdtempDisposable(`${tmpdir()}/slotwright-import-speed-`)
  await using server = await startEmbeddedPostgres({ dataDir: folder.path, onNotice: console.error })
  await withClient(server.url, async (client) => {
    for (const name of ['source', 'target']) await client.query(`create database ${name}`)
  })
  const [source, target] = [databaseUrl(server.url, 'source'), databaseUrl(server.url, 'target')]
  await migrate({ databaseUrl: target })
  await withClient(source, (client) => client.query(marketplace(bookings)))
  const options = readImportOptions(['marketplace', source, '--time-zone', 'UTC'])
  if (options === null) return
  for (const time of ['first', 'second']) {
    const began = performance.now()
    const refused = await bringIn(options, async () => target, process.stdout)
    if (refused > 0) throw new Error(`${refused} rows could not come`)
    console.log(`The ${time} time: ${Math.round((performance.now() - began) / 1_000)} s.`)
  }
}

await runCommand(async () => {
  const options = { bookings: { type: 'string', default: '1000000' }, help: { type: 'boolean' } } as const
  const { values } = readArguments('npm run import-speed', { options })
  if (values.help) {
    console.log(help)
    return
  }
  const bookings = /^\d{4,8}$/.test(values.bookings) ? Number(values.bookings) : 0
  if (bookings < 1_000 || bookings > 10_000_000) {
    throw new Error(
      '--bookings must be a whole number from 1000 to 10000000. See npm run import-speed -- --help',
    )
  }
  await measure(bookings)
})
