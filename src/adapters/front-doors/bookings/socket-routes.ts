import { createServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Server } from 'socket.io'
import type { DoorApp } from '../door.ts'
import { type Admitted, admit, Refused } from './admission.ts'
import { type ListenerUseCases, serveListener } from './listener.ts'

export type SocketUseCases = ListenerUseCases

/** What a client has to say is who it is. */
const MOST_MESSAGE_BYTES = 16 * 1024
/** How often it may say anything; nothing else that it says is listened to. */
const MOST_MESSAGES = 100
/** Whoever has not said who they are by then is not waited for. */
const ADMISSION_MILLISECONDS = 10_000
/** How long whoever does not leave is waited for at the end. */
const FAREWELL_MILLISECONDS = 2_000

export type SocketServer = Server<
  Record<string, never>,
  Record<string, (...said: unknown[]) => void>,
  Record<string, never>,
  Partial<Admitted>
>

/**
 * Socket.IO on the port of everything else. It is no listener of its own on the server: its requests are requests of routes, so
 * that limits, origins and the log are the same for them, and whoever else is asked for an upgrade is not disturbed.
 */
export function socketRoutes(app: DoorApp, useCases: SocketUseCases): void {
  const io = openServer()
  const asked = new WeakSet<object>()
  io.use((socket, next) => {
    // A client asks once on a connection: else it could listen a hundred times over.
    if (asked.has(socket.conn)) {
      socket.conn.close()
      return next(new Refused('unauthenticated'))
    }
    asked.add(socket.conn)
    admit(socket, app, useCases).then(
      () => next(),
      (error: unknown) => {
        if (error instanceof Refused) return next(error)
        app.log.warn({ err: error }, 'socket not opened')
        // A client comes back by itself after a connection that is lost, and not after a refusal.
        socket.conn.close()
        next(new Refused('unavailable'))
      },
    )
  })
  io.on('connection', (socket) => serveListener(socket, app, useCases))
  const upgrades = rememberUpgrades(app)
  endWithServer(app, io, upgrades)
  app.register(async (child) => {
    // What a client posts is no JSON, and is read by Socket.IO itself.
    child.removeAllContentTypeParsers()
    child.addContentTypeParser('*', (_request, _payload, done) => done(null))
    child.route({
      method: ['GET', 'HEAD', 'POST'],
      url: '/socket.io/',
      config: { access: 'public' },
      schema: { hide: true },
      handler: (request, reply) => pass(io, upgrades, request, reply),
    })
  })
}

function openServer(): SocketServer {
  // It has to be attached to a server. Nobody listens on this one.
  const io: SocketServer = new Server(createServer(), {
    path: '/socket.io',
    serveClient: false,
    maxHttpBufferSize: MOST_MESSAGE_BYTES,
    connectTimeout: ADMISSION_MILLISECONDS,
    httpCompression: false,
  })
  io.engine.on('connection', (connection) => {
    let said = 0
    connection.on('data', () => {
      if (++said > MOST_MESSAGES) connection.close()
    })
  })
  return io
}

interface Upgrades {
  /** What the client has sent behind its request to upgrade, while it was not answered. */
  readonly heads: WeakMap<IncomingMessage, Buffer>
  readonly sockets: Set<Duplex>
}

/** Keeps what comes with a request to upgrade, before somebody else passes the request on to its route. */
function rememberUpgrades(app: DoorApp): Upgrades {
  const upgrades: Upgrades = { heads: new WeakMap(), sockets: new Set() }
  app.server.prependListener('upgrade', (request: IncomingMessage, _socket: Duplex, head: Buffer) => {
    upgrades.heads.set(request, head)
  })
  return upgrades
}

function pass(io: SocketServer, { heads, sockets }: Upgrades, request: FastifyRequest, reply: FastifyReply) {
  request.listens = true
  reply.hijack()
  const head = heads.get(request.raw)
  if (head === undefined) {
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value)
    }
    io.engine.handleRequest(request.raw, reply.raw)
    return
  }
  const { socket } = request.raw
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
  io.engine.handleUpgrade(request.raw, socket, head)
}

/** Lets everyone go when the server ends, in a way after which clients come back by themselves. */
function endWithServer(app: DoorApp, io: SocketServer, { sockets }: Upgrades): void {
  app.addHook('preClose', async () => {
    await io.close()
    const impatience = setTimeout(() => {
      for (const socket of sockets) socket.destroy()
    }, FAREWELL_MILLISECONDS)
    await Promise.all(
      [...sockets].map(
        (socket) => new Promise<void>((resolve) => void socket.once('close', () => resolve())),
      ),
    )
    clearTimeout(impatience)
  })
}
