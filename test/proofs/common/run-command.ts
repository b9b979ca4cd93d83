import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** Runs a command of the tests to its end. */
export async function runCommand(file: string, ...args: string[]) {
  const child = spawn(process.execPath, [file, ...args])
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return {
    status: child.exitCode,
    output: stdout,
    lines: stdout.trim().split('\n'),
    complaint: stderr.trim(),
  }
}
