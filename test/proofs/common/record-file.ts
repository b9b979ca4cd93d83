import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'

/** What a proof judges by: some facts of the whole run, and lists. */
export interface RunRecord<Head> {
  readonly head: Head
  readonly lists: Readonly<Record<string, readonly unknown[]>>
}

type Line<Head> = { readonly head: Head } | { readonly of: string; readonly row: unknown }

/** Writes one JSON value a line, each row with the list it is of. */
export async function writeRecord<Head>(file: string, { head, lists }: RunRecord<Head>): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const out = createWriteStream(file)
  out.write(`${JSON.stringify({ head })}\n`)
  for (const [of, rows] of Object.entries(lists)) {
    for (const row of rows) if (!out.write(`${JSON.stringify({ of, row })}\n`)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
}

/**
 * Reads what was written.
 *
 * @param names of the lists; one without rows has left no line
 * @throws when the file is not there or is something else
 */
export async function readRecord<Head>(file: string, names: readonly string[]): Promise<RunRecord<Head>> {
  const lists = Object.fromEntries(names.map((name) => [name, [] as unknown[]]))
  let head: Head | undefined
  const input = createReadStream(file)
  // Without a listener a file that is not there would end the process.
  const failure = once(input, 'error').then(([error]) => Promise.reject(error))
  const reading = (async () => {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const line = parse<Head>(file, text)
      if ('head' in line) head = line.head
      else lists[line.of]?.push(line.row)
    }
  })()
  await Promise.race([reading, failure])
  if (!head) throw new Error(`${file} is not the record of a run`)
  return { head, lists }
}

function parse<Head>(file: string, text: string): Line<Head> {
  try {
    const line: Line<Head> = JSON.parse(text)
    if ('head' in line || 'of' in line) return line
  } catch {}
  throw new Error(`${file} is not the record of a run`)
}
