import type { Shop } from '../checker/shop.ts'
import type { Listener, Transport } from './evidence.ts'
import type { Listen } from './line.ts'
import { listenByList } from './list-line.ts'
import { listenBySocket, listenByTicket } from './socket-line.ts'
import { listenByStream } from './stream-line.ts'

const TRANSPORTS: readonly Transport[] = ['list', 'stream', 'socket']

type Person = Pick<Listener, 'role' | 'user' | 'topics'>

/** So many times in a row each kind of person comes: customers are most. */
function personOf({ customers, providers, admin }: Shop, number: number): Person {
  const customer = customers[number % customers.length] as string
  const provider = providers[number % providers.length] as string
  switch (number % 8) {
    case 0:
      return { role: 'provider', user: provider, topics: ['bookings'] }
    case 1:
      return { role: 'anyone', user: null, topics: [`availability:${provider}`] }
    case 2:
      return { role: 'admin', user: admin, topics: ['bookings'] }
    case 3:
      // Both of one event, for which there is one place in the log.
      return { role: 'customer', user: customer, topics: ['bookings', `availability:${provider}`] }
    default:
      return { role: 'customer', user: customer, topics: ['bookings'] }
  }
}

/** Listeners of all kinds, over all transports in turn. */
export const gatherListeners = (shop: Shop, count: number): Listener[] =>
  Array.from({ length: count }, (_, number) => {
    // Each kind of person over each transport: three and eight have no divisor in common.
    const transport = TRANSPORTS[number % TRANSPORTS.length] as Transport
    const person = personOf(shop, number)
    const name = `${number} ${person.role} by ${transport}`
    return { name, transport, ...person, from: null, resets: [], refusals: [], connections: 0 }
  })

/** Every other socket of someone who is known is opened with a ticket. */
export function listenOf({ transport, user }: Listener, number: number): Listen {
  if (transport === 'list') return listenByList
  if (transport === 'stream') return listenByStream
  return user !== null && number % 2 === 0 ? listenByTicket : listenBySocket
}
