// Serves the page, and passes everything else on to Slotwright, so that both have one origin: the server answers pages
// from elsewhere only where CORS_ORIGINS names them. In production a reverse proxy does the same.
//
//   node examples/listen-browser/serve.js      then open http://localhost:8080
//
// SLOTWRIGHT_URL says where the server is, PORT where to listen.
import { readFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'

const target = new URL(process.env.SLOTWRIGHT_URL ?? 'http://localhost:3000')

const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/follow-events.js': ['../follow-events.js', 'text/javascript; charset=utf-8'],
}

/** The same request to Slotwright. */
const passOn = ({ method, url, headers }) =>
  request({ host: target.hostname, port: target.port || 80, method, path: url, headers })

const server = createServer(async (incoming, outgoing) => {
  const [name, type] = FILES[incoming.url] ?? []
  if (name !== undefined) {
    outgoing.setHeader('content-type', type)
    return outgoing.end(await readFile(new URL(name, import.meta.url)))
  }
  const passed = passOn(incoming)
  passed.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers)
    answer.pipe(outgoing)
  })
  passed.on('error', () => outgoing.writeHead(502).end())
  incoming.pipe(passed)
})

/** A WebSocket begins as a request; after that both sides say what they like. */
server.on('upgrade', (incoming, socket) => {
  const passed = passOn(incoming)
  passed.on('upgrade', (answer, other, head) => {
    const lines = answer.rawHeaders.flatMap((name, index, all) =>
      index % 2 ? [] : [`${name}: ${all[index + 1]}`],
    )
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
    socket.write(head)
    other.pipe(socket).pipe(other)
    for (const [one, two] of [
      [socket, other],
      [other, socket],
    ]) {
      one.on('error', () => two.destroy())
      one.on('close', () => two.destroy())
    }
  })
  passed.on('response', (answer) =>
    socket.end(`HTTP/1.1 ${answer.statusCode} Refused\r\nconnection: close\r\n\r\n`),
  )
  passed.on('error', () => socket.destroy())
  passed.end()
})

server.listen(Number(process.env.PORT ?? 8080), 'localhost', () => {
  console.log(`Open http://localhost:${server.address().port}`)
})
