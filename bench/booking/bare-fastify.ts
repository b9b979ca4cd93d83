import Fastify from 'fastify'

/*
 * The yardstick: Fastify as it comes, which reads the same JSON and answers a constant. Its arguments are the port
 * and the body.
 */
const [port, body] = process.argv.slice(2)
const app = Fastify()

app.get('/ready', async () => ({ status: 'ok' }))
app.post('/v1/bookings', (_request, reply) => {
  reply.code(201).header('content-type', 'application/json; charset=utf-8').send(body)
})

process.once('SIGTERM', () => app.close())
await app.listen({ port: Number(port), host: '127.0.0.1' })
