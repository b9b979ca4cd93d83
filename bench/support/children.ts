import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export interface Command {
  readonly path: string
  readonly args: readonly string[]
  readonly environment?: NodeJS.ProcessEnv
  readonly folder?: string
}

const STOP_MILLISECONDS = 20_000
const READY_MILLISECONDS = 60_000
const LOG_TAIL = 2_000

const isOver = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

/**
 * Runs a program to its end and returns what it wrote to its standard output.
 *
 * @throws when it fails, with what it said
 */
export async function runToEnd(command: Command, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted()
  const child = spawn(command.path, command.args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: command.environment,
    cwd: command.folder,
    signal,
  })
  let output = ''
  let complaint = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text
  })
  const [code] = await once(child, 'close')
  if (code === 0) return output
  throw new Error(`${command.path} ended with ${code}:\n${(complaint || output).slice(-LOG_TAIL)}`)
}

/** A server in a process of its own; disposing of it stops it. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string
  readonly pid: number
}

export interface ServerCommand extends Command {
  readonly port: number
  /** Answers 200 when requests can be served. */
  readonly readyPath: string
  /** Where its output goes. */
  readonly logFile: string
}

/**
 * Starts a server and waits until it answers.
 *
 * @throws when it ends before that, or takes too long; the message ends with its log
 */
export async function startServer(command: ServerCommand, signal: AbortSignal): Promise<ServerProcess> {
  signal.throwIfAborted()
  const log = await open(command.logFile, 'w')
  const child = spawn(command.path, command.args, {
    stdio: ['ignore', log.fd, log.fd],
    env: command.environment,
    cwd: command.folder,
  })
  await once(child, 'spawn').finally(() => log.close())
  const url = `http://127.0.0.1:${command.port}`
  const server = { url, pid: child.pid ?? 0, [Symbol.asyncDispose]: () => stop(child) }
  const deadline = Date.now() + READY_MILLISECONDS
  while (!(await answers(url + command.readyPath))) {
    if (isOver(child) || Date.now() > deadline || signal.aborted) {
      await stop(child)
      signal.throwIfAborted()
      throw new Error(
        `The server did not start:\n${(await readFile(command.logFile, 'utf8')).slice(-LOG_TAIL)}`,
      )
    }
    await delay(50)
  }
  return server
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    async (response) => {
      await response.arrayBuffer()
      return response.ok
    },
    () => false,
  )

async function stop(child: ChildProcess): Promise<void> {
  if (isOver(child)) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_MILLISECONDS)
  await exit
  clearTimeout(impatience)
}

/** A port of 127.0.0.1 that nothing listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No TCP port is free on 127.0.0.1')
  return address.port
}
