import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv4 } from 'node:net'

/** What stands in for a name server, on loopback. */
export interface NameServer extends AsyncDisposable {
  /** As resolvers are told of it. */
  readonly address: string
  /** What was asked, as often as it was. */
  readonly asked: readonly string[]
  /** Fulfils when so many names have been asked for. */
  until(names: number): Promise<void>
}

/**
 * The addresses of a name, of both families; none for a name that there is not; a response code (RFC 1035, section 4.1.1)
 * for a failure; undefined to say nothing.
 */
export type Know = (name: string) => readonly string[] | number | undefined

const TYPES: Readonly<Record<number, 4 | 6>> = { 1: 4, 28: 6 }
const HEAD_BYTES = 12
const NOT_FOUND = 3

export async function openNameServer(know: Know): Promise<NameServer> {
  const asked: string[] = []
  const waiting = new Set<() => void>()
  const socket = createSocket('udp4')
  socket.on('message', (query, { port, address }) => {
    const question = readQuestion(query)
    asked.push(question.name)
    for (const look of waiting) look()
    const known = know(question.name)
    if (known !== undefined) socket.send(answerTo(query, question, known), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    until: (names) =>
      new Promise((resolve) => {
        const look = () => new Set(asked).size >= names && resolve()
        waiting.add(look)
        look()
      }),
    [Symbol.asyncDispose]: () => closed(socket),
  }
}

interface Question {
  readonly name: string
  readonly type: number
  /** Where it ends in the query. */
  readonly end: number
}

/** The question of a query, which has one (RFC 1035, section 4.1.2). */
function readQuestion(query: Buffer): Question {
  const labels: string[] = []
  let at = HEAD_BYTES
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function answerTo(query: Buffer, { type, end }: Question, known: readonly string[] | number): Buffer {
  const addresses = typeof known === 'number' ? [] : known
  const failure = addresses.length === 0 ? NOT_FOUND : 0
  const wanted = addresses.filter((address) => (isIPv4(address) ? 4 : 6) === TYPES[type])
  const head = Buffer.alloc(HEAD_BYTES)
  query.copy(head, 0, 0, 2)
  head.writeUInt16BE(0x8180 | (typeof known === 'number' ? known : failure), 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(wanted.length, 6)
  const records = wanted.map((address) => {
    const data = isIPv4(address) ? bytesOf4(address) : bytesOf6(address)
    const record = Buffer.from([0xc0, HEAD_BYTES, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length])
    return Buffer.concat([record, data])
  })
  return Buffer.concat([head, query.subarray(HEAD_BYTES, end), ...records])
}

const bytesOf4 = (address: string) => Buffer.from(address.split('.').map(Number))

/** Of an address whose eight groups are all written out. */
const bytesOf6 = (address: string) =>
  Buffer.from(
    address
      .split(':')
      .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]),
  )

const closed = (socket: Socket) =>
  new Promise<void>((resolve) => {
    socket.close(() => resolve())
  })
