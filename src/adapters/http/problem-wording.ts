import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Refusal } from '../../application/refusals.ts'
import { pathPattern } from './path-pattern.ts'
import type { ProblemCode } from './problems.ts'

/** A problem as it would be sent, before somebody words it in another way. */
export interface WordedProblem {
  readonly status: number
  readonly code: ProblemCode
  readonly title: string
  /** What it means and how to go on. */
  readonly detail: string
  readonly facts: Readonly<Record<string, unknown>>
}

/** Says what is sent instead of a problem: a JSON body, and the status where it is another. */
export type WordProblem = (problem: WordedProblem) => { readonly status?: number; readonly body: object }

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * How a route words its problems where they are not those of RFC 9457: all of them, whoever says no. It also
     * words what is said of the route's path with another method, and of paths beside and below it that there are not.
     */
    wordProblem?: WordProblem
  }
  interface FastifyInstance {
    /** How the problems of a request are to be worded; undefined for as they are. */
    wordingOf(request: FastifyRequest): WordProblem | undefined
  }
  interface FastifyReply {
    /** Answers with the no of a use case, in the words of the route. */
    refuse(refusal: Refusal): FastifyReply
  }
}

interface WordedRoute {
  readonly pattern: RegExp
  /** What the paths beside the route begin with; null at the root, which is everyone's. */
  readonly folder: string | null
  readonly wordProblem: WordProblem
}

/** Lets routes word their own problems, by `config.wordProblem`. */
export function registerProblemWording(
  app: FastifyInstance,
  sendRefusal: (reply: FastifyReply, refusal: Refusal) => FastifyReply,
): void {
  const routes: WordedRoute[] = []
  app.addHook('onRoute', ({ url, config }) => {
    const wordProblem = config?.wordProblem
    if (wordProblem) routes.push({ pattern: pathPattern(url), folder: folderOf(url), wordProblem })
  })
  app.decorate('wordingOf', ({ url, routeOptions }) => {
    // A request of which no route is known yet has none: what was sent may be no path at all.
    const { config } = routeOptions as Partial<FastifyRequest['routeOptions']>
    if (routeOptions.url !== undefined) return config?.wordProblem
    const [path = ''] = url.split('?', 1)
    const exact = routes.find(({ pattern }) => pattern.test(path))
    return (exact ?? routes.find(({ folder }) => folder !== null && path.startsWith(folder)))?.wordProblem
  })
  app.decorateReply('refuse', function (refusal) {
    return sendRefusal(this, refusal)
  })
}

function folderOf(url: string): string | null {
  const [fixed = ''] = url.split(':', 1)
  const folder = fixed.slice(0, fixed.lastIndexOf('/') + 1)
  return folder === '/' ? null : folder
}
