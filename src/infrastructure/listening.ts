import { once } from 'node:events'
import { createServer } from 'node:net'
import { type Config, ConfigError } from './config.ts'

type Address = Pick<Config, 'host' | 'port'>

const NO_ADDRESS_OF_THIS_MACHINE = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])

const advice = ({ host, port }: Address, error: Error & { code?: unknown; syscall?: unknown }): string => {
  if (error.code === 'EADDRINUSE') {
    return `PORT ${port} is in use: stop what listens there, or set PORT to another one (0 takes a free one)`
  }
  if (error.code === 'EACCES') {
    return `PORT ${port} is closed to this user: set PORT to 1024 or above (0 takes a free one)`
  }
  const proper = 'set HOST to an address of this machine, such as localhost or 0.0.0.0'
  if (error.syscall === 'getaddrinfo') return `HOST ${host} is a name without an address: ${proper}`
  if (NO_ADDRESS_OF_THIS_MACHINE.has(String(error.code))) {
    return `HOST ${host} is not an address of this machine: ${proper}`
  }
  return `HOST ${host} and PORT ${port} cannot be listened on: ${error.message}`
}

/** What went wrong when a server was to listen, by the setting to change. */
export const explainListening = (address: Address, cause: unknown): ConfigError =>
  new ConfigError(advice(address, cause instanceof Error ? cause : new Error(String(cause))), { cause })

/** Listens for a moment, so that a port that is taken is told before anything is made. Throws ConfigError. */
export async function refuseTakenPort({ host, port }: Address): Promise<void> {
  const server = createServer().listen({ host, port })
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw explainListening({ host, port }, cause)
  }
  server.close()
  await once(server, 'close')
}
