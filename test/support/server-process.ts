import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const START_SECONDS = 120

/** A server started as `npm start` does, in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string
  readonly process: ChildProcess
  /** All that it has said so far, on both outputs. */
  output(): string
  /** Sends a signal and waits for the end; the exit code, or the signal it died of. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>
}

const { PATH = '', HOME = '', NODE_COMPILE_CACHE } = process.env

/** Only what a server is told: nothing of the settings of whoever runs the tests. */
const environmentOf = (settings: Readonly<Record<string, string>>) => ({
  PATH,
  HOME,
  ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }),
  ...settings,
})

function watch(child: ChildProcess): () => string {
  let text = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  return () => text
}

const spawnMain = (settings: Readonly<Record<string, string>>) =>
  spawn(process.execPath, [MAIN], { env: environmentOf(settings), stdio: ['ignore', 'pipe', 'pipe'] })

/** A server that need not come up; disposing of it kills it. */
export function launch(settings: Readonly<Record<string, string>>) {
  const child = spawnMain(settings)
  const output = watch(child)
  const end = once(child, 'close').then(([code]) => ({ code: code as number | null, output: output() }))
  return { process: child, output, end, [Symbol.dispose]: () => void child.kill('SIGKILL') }
}

/** Runs a server that is expected to end by itself. */
export async function runToEnd(settings: Readonly<Record<string, string>>) {
  return launch({ PORT: '0', ...settings }).end
}

/** Fastify's own line, which is there in production as well. */
const LISTENING = /Server listening at (http:\/\/[^"\s]+)/

/** Starts a server on a free port and waits until its output matches; the first group is its URL. */
export async function startServer(
  settings: Readonly<Record<string, string>>,
  ready = LISTENING,
): Promise<ServerProcess> {
  const child = spawnMain({ PORT: '0', ...settings })
  const output = watch(child)
  const closed = once(child, 'close')
  const url = await readyUrl(child, output, ready)
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    const [code, died] = (await closed) as [number | null, NodeJS.Signals | null]
    return code ?? died
  }
  return {
    url,
    process: child,
    output,
    stop,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await stop()
    },
  }
}

function readyUrl(child: ChildProcess, output: () => string, ready: RegExp): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const look = () => {
    const url = ready.exec(output())?.[1]
    if (url !== undefined) resolve(url)
  }
  const timer = setTimeout(() => {
    child.kill('SIGKILL')
    reject(new Error(`Not listening after ${START_SECONDS} s:\n${output()}`))
  }, START_SECONDS * 1000)
  child.stdout?.on('data', look)
  child.once('close', () => reject(new Error(`Ended instead of listening:\n${output()}`)))
  return promise.finally(() => clearTimeout(timer))
}
