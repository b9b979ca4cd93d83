import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BenchServer, provideServer } from './postgres.ts'
import type { Progress } from './progress.ts'
import { findTools, type Tool, type ToolName } from './tools.ts'

export interface BenchOptions {
  readonly rounds: number
  /** Of each measurement in a round. */
  readonly seconds: number
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Of the embedded PostgreSQL, beside those it has. */
  readonly postgresSettings?: Readonly<Record<string, string>>
}

/** What all measurements of a run share; disposing of it removes its files and what it created on PostgreSQL. */
export interface Bench<Name extends ToolName = ToolName> extends BenchOptions, AsyncDisposable {
  readonly postgres: BenchServer
  /** For files, which only their owner may read. */
  readonly folder: string
  readonly tools: Readonly<Record<Name, Tool>>
}

/** @throws when a tool is missing or PostgreSQL cannot be had */
export async function openBench<Name extends ToolName>(
  options: BenchOptions,
  ...names: readonly Name[]
): Promise<Bench<Name>> {
  const tools = await findTools(...names)
  await using resources = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'slotwright-bench-files-'))
  resources.defer(() => rm(folder, { recursive: true, force: true }))
  options.progress.step('Starting PostgreSQL')
  const postgres = resources.use(
    await provideServer(process.env.DATABASE_URL || undefined, options.postgresSettings),
  )
  options.signal.throwIfAborted()
  const rest = resources.move()
  const { rounds, seconds, progress, signal } = options
  const shared = { rounds, seconds, progress, signal, postgres, folder, tools }
  return { ...shared, [Symbol.asyncDispose]: () => rest.disposeAsync() }
}
