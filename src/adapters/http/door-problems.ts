import type { ProblemKind } from './problem-kind.ts'

/** What the door itself refuses, before any use case is asked. */
export type DoorCode =
  | 'malformed-request'
  | 'unauthenticated'
  | 'route-not-found'
  | 'body-too-large'
  | 'headers-too-large'
  | 'request-timeout'
  | 'unsupported-media-type'
  | 'method-not-allowed'
  | 'origin-not-allowed'
  | 'rate-limited'
  | 'too-many-attempts'
  | 'subscription-exists'
  | 'subscription-not-found'
  | 'internal-error'
  | 'unavailable'

/** The problems of the door, by code. */
export const doorProblems = {
  'malformed-request': {
    status: 400,
    title: 'The request is malformed',
    help: 'Something in the request has the wrong form. `errors` names every such field and what was expected in it. Mend them all and send the request again.',
  },
  unauthenticated: {
    status: 401,
    title: 'A valid access token is needed',
    help: 'There is no bearer token in the `Authorization` header, or it is expired, for someone else or not signed by this server. Log in at `POST /v1/auth/login` and send the new token.',
  },
  'route-not-found': {
    status: 404,
    title: 'There is no such route',
    help: 'Method and path fit no route. `/openapi.json` lists all there are.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    help: 'A body may have up to 64 KiB.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    help: 'Address and headers of a request may have up to 16 KiB together. Send less in the query.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request took too long to arrive',
    help: 'A request has to be complete within 30 seconds. Send it again.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is not JSON',
    help: 'Send the body as `Content-Type: application/json`.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The path has no such method',
    help: 'There is such a path, with other methods: `Allow` names them.',
  },
  'origin-not-allowed': {
    status: 403,
    title: 'Pages of this origin may not connect',
    help: 'The page that opened the socket is not of an origin that the operator has named (`CORS_ORIGINS`).',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    help: 'Of `policy` there may be `quota` requests in `window_seconds`, of one account or one address. Send the request again after the seconds in `Retry-After`; `RateLimit` of every answer says what is left.',
  },
  'too-many-attempts': {
    status: 429,
    title: 'Too many failed attempts to sign in',
    help: 'From this address a wrong password was given for this account too often. Wait the seconds in `Retry-After`, which grow with every failure. Elsewhere the account can be used as ever.',
  },
  'subscription-exists': {
    status: 409,
    title: 'There is such a subscription already',
    help: 'The socket has a subscription with this `id`. Give each its own, or unsubscribe first.',
  },
  'subscription-not-found': {
    status: 404,
    title: 'There is no such subscription',
    help: 'The socket has no subscription with this `id`, or no longer.',
  },
  'internal-error': {
    status: 500,
    title: 'Something went wrong here',
    help: 'This is a defect of the server, not of the request. Tell its operator the request id in `instance`.',
  },
  unavailable: {
    status: 503,
    title: 'The service is not available at the moment',
    help: 'The database cannot be reached or is too busy, or what is asked for changes faster than it can be served. Send the request again after the seconds in `Retry-After`.',
  },
} as const satisfies Record<DoorCode, ProblemKind>
