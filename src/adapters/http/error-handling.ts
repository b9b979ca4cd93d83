import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Unavailable } from '../../application/ports/unavailable.ts'
import { MalformedRequest } from './malformed.ts'
import type { ProblemCode } from './problems.ts'
import { type FieldError, sendProblem } from './send-problem.ts'
import { textErrors } from './text-guard.ts'
import { fieldErrors } from './validation.ts'

/** Fastify's own errors that are the client's doing. */
const DOOR_ERRORS: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
}

const RETRY_AFTER_SECONDS = 1

/** Every way out that is not an answer of a route is a problem, and none of them tells of the inside. */
export function registerErrorHandling(app: FastifyInstance): void {
  app.setErrorHandler(sendError)
  app.addHook('preValidation', async ({ body, query, params }) => {
    const errors = [...textErrors(body), ...textErrors(query), ...textErrors(params)]
    if (errors.length > 0) throw new MalformedRequest(errors)
  })
}

export function sendError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error.validation) return malformed(reply, fieldErrors(error.validation))
  if (error instanceof MalformedRequest) return malformed(reply, error.errors)
  if (error instanceof Unavailable) {
    request.log.warn({ err: error }, 'unavailable')
    return sendProblem(reply.header('retry-after', RETRY_AFTER_SECONDS), 'unavailable')
  }
  const code = DOOR_ERRORS[error.code]
  if (code !== undefined) return sendProblem(reply, code)
  const { statusCode = 500 } = error
  if (statusCode >= 400 && statusCode < 500) {
    return malformed(reply, [{ field: '', code: 'unreadable', message: unreadable(error) }])
  }
  request.log.error({ err: error }, 'internal error')
  return sendProblem(reply, 'internal-error')
}

const malformed = (reply: FastifyReply, errors: readonly FieldError[]) =>
  sendProblem(reply, 'malformed-request', { errors })

const unreadable = ({ code }: FastifyError) =>
  code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_MAX_PARAM_LENGTH'
    ? 'the path is not a valid URL'
    : 'the body must be a JSON object, in which nothing is named __proto__ and no constructor has a prototype'
