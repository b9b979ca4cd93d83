import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { SESSION_SETTINGS } from '../../src/adapters/postgres/pipeline.ts'
import type { Bench } from './bench.ts'
import { runToEnd } from './children.ts'

export interface PgbenchRun {
  readonly databaseUrl: string
  /** What each client runs again and again. */
  readonly script: string
  readonly clients: number
  readonly seconds: number
  /** For the script, which also has `clients` and `turn`, -1 at first. */
  readonly variables?: Readonly<Record<string, string | number>>
}

export interface PgbenchResult {
  readonly perSecond: number
  readonly transactions: number
  readonly failed: number
}

const find = (output: string, pattern: RegExp): number => {
  const value = Number(pattern.exec(output)?.[1])
  if (!Number.isFinite(value)) throw new Error(`pgbench said something else than expected:\n${output}`)
  return value
}

/** Runs a script of prepared statements by several clients for some seconds. */
export async function runPgbench(
  { tools, folder, signal }: Pick<Bench<'pgbench'>, 'tools' | 'folder' | 'signal'>,
  { databaseUrl, script, clients, seconds, variables }: PgbenchRun,
): Promise<PgbenchResult> {
  const scriptFile = join(folder, 'pgbench.sql')
  await writeFile(scriptFile, script)
  const url = new URL(databaseUrl)
  // The password stays out of the list of processes.
  const PGPASSWORD = decodeURIComponent(url.password)
  url.password = ''
  const defined = Object.entries({ turn: -1, clients, ...variables })
  const output = await runToEnd(
    {
      path: tools.pgbench.path,
      args: [
        ...['--no-vacuum', '--protocol=prepared', `--file=${scriptFile}`, `--time=${seconds}`],
        ...[`--client=${clients}`, `--jobs=${Math.min(clients, availableParallelism())}`],
        ...defined.map(([name, value]) => `--define=${name}=${value}`),
        url.href,
      ],
      // Planned as the server's sessions plan.
      environment: { PATH: process.env.PATH, LC_ALL: 'C', PGPASSWORD, PGOPTIONS: SESSION_SETTINGS },
    },
    signal,
  )
  return {
    perSecond: find(output, /^tps = ([\d.]+)/m),
    transactions: find(output, /^number of transactions actually processed: (\d+)/m),
    failed: find(output, /^number of failed transactions: (\d+)/m),
  }
}
