import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Bench } from './bench.ts'
import { freePort } from './children.ts'

const READY_MILLISECONDS = 10_000

const accepts = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1')
  const isOpen = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return isOpen
}

/** A Redis that keeps nothing; disposing of it ends it. @throws when it does not start */
export async function startRedis({
  tools,
  folder,
}: Bench<'redis-server'>): Promise<{ readonly url: string } & AsyncDisposable> {
  const port = await freePort()
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '']
  const child = spawn(tools['redis-server'].path, options, { stdio: 'ignore' })
  const ended = once(child, 'exit')
  const stop = async () => {
    child.kill()
    await ended
  }
  const deadline = Date.now() + READY_MILLISECONDS
  while (!(await accepts(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop()
      throw new Error('Redis did not start')
    }
    await delay(50)
  }
  return { url: `redis://127.0.0.1:${port}`, [Symbol.asyncDispose]: stop }
}
