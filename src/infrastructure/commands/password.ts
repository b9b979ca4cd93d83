import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

/**
 * A password that is nowhere to be seen: typed on a terminal that does not show it, or the first line of what is piped in.
 * A command line is for everyone to read who may list processes.
 */
export async function readPassword(): Promise<string> {
  const stdin = process.stdin
  if (!stdin.isTTY) return (await text(stdin)).split(/\r?\n/, 1)[0] ?? ''
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: stdin, output: silent, terminal: true })
  process.stderr.write('Password (not shown): ')
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
