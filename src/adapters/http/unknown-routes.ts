import type { FastifyInstance } from 'fastify'
import { pathPattern } from './path-pattern.ts'
import { sendProblem } from './send-problem.ts'

interface KnownPath {
  readonly pattern: RegExp
  readonly methods: Set<string>
}

const NO_CONTENT = 204

/** Answers as no route does to a path that names nothing where an id belongs. Comes after what every answer is given. */
export function refuseNamelessPaths(app: FastifyInstance): void {
  // The framework takes nothing at all for a parameter: the list with a slash would be one of it without an id.
  app.addHook('onRequest', async ({ params }, reply) => {
    const isNameless = Object.entries(params as object).some(([name, value]) => name !== '*' && value === '')
    if (isNameless) return sendProblem(reply, 'route-not-found')
  })
}

/** Answers where no route fits: 404 for a path that there is not, 405 with `Allow` for another method of one there is. */
export function registerUnknownRoutes(app: FastifyInstance): void {
  const paths = new Map<string, KnownPath>()
  app.addHook('onRoute', ({ method, url }) => {
    if (url === '*') return
    const known = paths.get(url) ?? { pattern: pathPattern(url), methods: new Set() }
    paths.set(url, known)
    for (const one of [method].flat()) known.methods.add(one)
  })
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?', 1)
    const methods = [...paths.values()].flatMap((known) =>
      known.pattern.test(path) ? [...known.methods] : [],
    )
    // A route may itself find nothing, as that of files does.
    if (methods.length === 0 || methods.includes(request.method)) return sendProblem(reply, 'route-not-found')
    reply.header('allow', [...new Set([...methods, 'OPTIONS'])].sort().join(', '))
    if (request.method === 'OPTIONS') return reply.code(NO_CONTENT).send()
    return sendProblem(reply, 'method-not-allowed')
  })
}
