import { readFile } from 'node:fs/promises'
import Fastify from 'fastify'
import { z } from 'zod'

/** What bare Fastify answers, to one kind of request alone. */
export const constantAnswer = z.object({
  method: z.enum(['GET', 'POST']),
  path: z.string(),
  status: z.number(),
  body: z.string(),
})
export type ConstantAnswer = z.output<typeof constantAnswer>

/*
 * The yardstick: Fastify as it comes, which reads the same request and answers a constant. Its arguments are the
 * port and a file with the answer.
 */
if (import.meta.main) {
  const [port, answerFile] = process.argv.slice(2)
  const answer = constantAnswer.parse(JSON.parse(await readFile(answerFile ?? '', 'utf8')))
  const app = Fastify()
  app.get('/ready', async () => ({ status: 'ok' }))
  app.route({
    method: answer.method,
    url: answer.path,
    handler: (_request, reply) => {
      reply.code(answer.status).header('content-type', 'application/json; charset=utf-8').send(answer.body)
    },
  })
  process.once('SIGTERM', () => app.close())
  await app.listen({ port: Number(port), host: '127.0.0.1' })
}
