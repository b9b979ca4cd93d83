import { PG_MIGRATE_LOCK_ID } from 'node-pg-migrate'
import type { Client } from 'pg'
import type { Finding, Repair } from './finding.ts'
import { explainRefusal, isRefusal } from './session.ts'

/** What became of a finding that could be repaired. */
export interface Outcome {
  readonly object: string
  readonly statements: readonly string[]
  /** Why it was not done; null when it was. */
  readonly refusal: string | null
}

export interface RepairOptions {
  /** How long to wait for each lock on a table that others use. */
  readonly lockSeconds: number
}

interface Planned extends Finding {
  readonly repair: Repair
}

const isPlanned = (finding: Finding): finding is Planned => finding.repair !== null

/** What can be repaired, in an order in which one repair can build on another. */
export const planRepairs = (findings: readonly Finding[]): readonly Planned[] =>
  findings.filter(isPlanned).sort((a, b) => a.repair.step - b.repair.step)

const countLosses = async (client: Client, statement: string | undefined): Promise<number> => {
  if (statement === undefined) return 0
  const { rows } = await client.query<{ count: number }>(statement)
  return rows[0]?.count ?? 0
}

/** @returns why it was not done, with everything as before; null when it was */
async function attempt(client: Client, { statements, losses }: Repair): Promise<string | null> {
  await client.query('savepoint repair')
  try {
    const lost = await countLosses(client, losses)
    if (lost > 0) {
      await client.query('rollback to savepoint repair')
      return `${lost} of its values would come back from it as others`
    }
    for (const statement of statements) await client.query(statement)
    await client.query('release savepoint repair')
    return null
  } catch (error) {
    if (!isRefusal(error)) throw error
    await client.query('rollback to savepoint repair')
    return explainRefusal(error)
  }
}

async function applyAll(client: Client, findings: readonly Finding[]): Promise<readonly Outcome[]> {
  const unmended = new Set(findings.filter(({ repair }) => repair === null).map(({ object }) => object))
  const outcomes: Outcome[] = []
  for (const { object, repair } of planRepairs(findings)) {
    const needed = repair.insteadOf !== undefined && unmended.has(repair.insteadOf) ? repair.insteadOf : null
    const refusal =
      needed === null ? await attempt(client, repair) : `it stays as long as ${needed} is not put right`
    if (refusal !== null) unmended.add(object)
    outcomes.push({ object, statements: repair.statements, refusal })
  }
  return outcomes
}

/**
 * Repairs what can be repaired without dropping data, in one transaction. What PostgreSQL refuses, because of rows that
 * stand in the way or for want of a right, is left as it was and told; the rest is done.
 *
 * @throws when anything else goes wrong, such as a lock that is not to be had: then nothing has been changed
 */
export async function repairFindings(
  client: Client,
  findings: readonly Finding[],
  { lockSeconds }: RepairOptions,
): Promise<readonly Outcome[]> {
  await client.query('begin')
  try {
    await client.query(
      `select set_config('search_path', 'public', true), set_config('statement_timeout', '0', true),
              set_config('lock_timeout', $1, true), set_config('check_function_bodies', 'off', true)`,
      [`${Math.round(lockSeconds * 1000)}ms`],
    )
    const { rows } = await client.query('select pg_try_advisory_xact_lock($1) as taken', [PG_MIGRATE_LOCK_ID])
    if (rows[0]?.taken !== true) throw new Error('another process migrates or repairs this database')
    const outcomes = await applyAll(client, findings)
    await client.query('commit')
    return outcomes
  } catch (cause) {
    // A broken connection has rolled back by itself.
    await client.query('rollback').catch(() => undefined)
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`Nothing was repaired and everything is as it was: ${reason}. Try again.`, { cause })
  }
}
