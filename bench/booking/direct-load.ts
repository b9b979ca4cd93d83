import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { runToEnd } from '../support/children.ts'
import { idOf, idPrefix } from '../support/people.ts'
import { shop } from './shop.ts'

/*
 * The statement of a booking with values of the same kind, type and size as the server's. pgbench has numbers but no
 * strings to reckon with, so that ids and instants are made of the slot's number by the statement itself; what is
 * the same for all bookings comes as a parameter, as it does from the server.
 */
const uuid = (kind: keyof typeof idPrefix, number: string) =>
  `('${idPrefix[kind]}' || lpad(to_hex(${number}::bigint), 12, '0'))::uuid`

const script = `\\set turn :turn + 1
\\set index :first_index + :turn * :clients + :client_id
\\set provider :index % ${shop.providers}
\\set provider_number :provider + 1
\\set customer :index % ${shop.customers}
\\set starts_at :first_start + :index / ${shop.providers} * ${shop.slotMinutes * 60}
\\set ends_at :starts_at + ${shop.slotMinutes * 60}
select outcome, number from book_slot(
  ${uuid('booking', ':index')}, ${uuid('service', ':provider')}, :service_version, :schedule_version,
  ${uuid('provider', ':provider')}, :provider_number, ${uuid('customer', ':customer')}, :status,
  to_timestamp(:starts_at::bigint), to_timestamp(:ends_at::bigint), :buffer, :buffer, :price, :currency,
  to_timestamp(:starts_at::bigint), null, :metadata, :now, :reminders, null, null, null,
  ${uuid('event', ':index')}, ${uuid('customer', ':customer')}, :data
);
`

/** What the event of a booking holds, as the server writes it. */
const eventData = JSON.stringify({
  status: 'confirmed',
  service_id: idOf('service', 1),
  provider_id: idOf('provider', 1),
  customer_id: idOf('customer', 1),
  start: '2026-03-08T07:00:00Z',
  end: '2026-03-08T07:15:00Z',
  price: { amount: shop.price, currency: shop.currency },
  version: 1,
})

export interface DirectLoad {
  readonly pgbench: string
  readonly databaseUrl: string
  readonly scriptFile: string
  readonly clients: number
  /** Of slot 0, in seconds since 1970. */
  readonly firstStart: number
  readonly metadata: string
}

export interface DirectResult {
  readonly perSecond: number
  readonly transactions: number
  readonly failed: number
}

/** Writes the script that `runDirectLoad` runs. */
export const writeDirectScript = (file: string): Promise<void> => writeFile(file, script)

const find = (output: string, pattern: RegExp): number => {
  const value = Number(pattern.exec(output)?.[1])
  if (!Number.isFinite(value)) throw new Error(`pgbench said something else than expected:\n${output}`)
  return value
}

/** Books slots from `firstIndex` on for some seconds by calling the statement directly. */
export async function runDirectLoad(
  load: DirectLoad,
  { firstIndex, seconds }: { readonly firstIndex: number; readonly seconds: number },
  signal: AbortSignal,
): Promise<DirectResult> {
  const url = new URL(load.databaseUrl)
  // The password stays out of the list of processes.
  const PGPASSWORD = decodeURIComponent(url.password)
  url.password = ''
  const variables = {
    turn: -1,
    clients: load.clients,
    first_index: firstIndex,
    first_start: load.firstStart,
    service_version: 1,
    schedule_version: 1,
    buffer: 0,
    status: 'confirmed',
    price: shop.price,
    currency: shop.currency,
    metadata: load.metadata,
    now: new Date().toISOString(),
    reminders: `{${shop.reminderMinutes}}`,
    data: eventData,
  }
  const threads = Math.min(load.clients, availableParallelism())
  const output = await runToEnd(
    {
      path: load.pgbench,
      args: [
        ...['--no-vacuum', '--protocol=prepared', `--file=${load.scriptFile}`, `--time=${seconds}`],
        ...[`--client=${load.clients}`, `--jobs=${threads}`],
        ...Object.entries(variables).map(([name, value]) => `--define=${name}=${value}`),
        url.href,
      ],
      environment: { PATH: process.env.PATH, LC_ALL: 'C', PGPASSWORD },
    },
    signal,
  )
  return {
    perSecond: find(output, /^tps = ([\d.]+)/m),
    transactions: find(output, /^number of transactions actually processed: (\d+)/m),
    failed: find(output, /^number of failed transactions: (\d+)/m),
  }
}
