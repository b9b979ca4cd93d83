import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { runWrk } from '../support/wrk.ts'
import { type BookingBench, CONNECTIONS, type Site } from './site.ts'
import { scriptOf, THREADS, type Write } from './write-script.ts'

const wrkResult = z.object({
  microseconds: z.number().positive(),
  done: z.number(),
  others: z.number(),
  otherStatus: z.number(),
  socketErrors: z.number(),
})
export type WriteResult = z.output<typeof wrkResult> & { readonly perSecond: number }

export interface WriteLoad extends Pick<Site, 'url' | 'tokens' | 'firstStart'> {
  readonly write: Write
  readonly seconds: number
  /** The first slot to book. */
  readonly firstIndex: number
  /** Of the bookings to change: id, customer number and new start on a line each. */
  readonly queueFile?: string
}

/** Writes for some seconds, each connection sending as soon as it is answered. */
export async function runWriteLoad(
  { tools, folder, signal }: BookingBench,
  { url, write, seconds, firstIndex, queueFile, ...people }: WriteLoad,
): Promise<WriteResult> {
  const scriptFile = join(folder, 'write.lua')
  await writeFile(scriptFile, scriptOf(write, people), { mode: 0o600 })
  const keys = randomUUID().slice(0, 24)
  const first = queueFile === undefined ? firstIndex : 0
  const args = [keys, String(first), ...(queueFile === undefined ? [] : [queueFile])]
  const run = {
    wrk: tools.wrk.path,
    scriptFile,
    threads: THREADS,
    connections: CONNECTIONS,
    seconds,
    url,
    args,
  }
  const result = await runWrk(run, wrkResult, signal)
  return { ...result, perSecond: result.done / (result.microseconds / 1e6) }
}
