import type { FastifyInstance } from 'fastify'
import { Strict } from './schemas/common.ts'

const NO_PARAMETERS = Strict({})

/**
 * A route of the contract that names no query parameters takes none: what it ignored would be `dry_run` to someone who
 * believes that nothing happens. The paths of others go by their own rules.
 */
export function refuseUnknownParameters(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/v1/')) route.schema = { querystring: NO_PARAMETERS, ...route.schema }
  })
}
