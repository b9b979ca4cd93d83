/** Who calls, in the order of the columns: the two whose booking it is, two strangers to it, and four more. */
export const CALLERS = [
  'nobody',
  'customer',
  'other customer',
  'provider',
  'other provider',
  'admin',
  'deactivated',
  'bad token',
] as const

/** What is wrong with a bad token: whichever it is, the door answers alike. */
export const BAD_TOKENS = ['expired token', 'token of another issuer', 'token of another key'] as const

export type Caller = Exclude<(typeof CALLERS)[number], 'bad token'> | (typeof BAD_TOKENS)[number]

/** Every caller with the status that a row of the table has for it. */
export const callersOf = (row: string): { caller: Caller; status: string }[] => {
  const statuses = row.split(' ')
  if (statuses.length !== CALLERS.length) throw new Error(`a row has ${CALLERS.length} statuses: ${row}`)
  return CALLERS.flatMap((column, index) => {
    const callers: readonly Caller[] = column === 'bad token' ? BAD_TOKENS : [column]
    // Bad tokens that are answered differently have their statuses with strokes between.
    const own = (statuses[index] ?? '').split('/')
    return callers.map((caller, number) => ({ caller, status: own[number] ?? own[0] ?? '' }))
  })
}

/** No token is looked at. */
const everyone = '200 200 200 200 200 200 200 200'
/** A token is looked at where there is one. */
const everyoneOrSomeone = '200 200 200 200 200 200 401 401'
const users = '401 200 200 200 200 200 401 401'
const admins = '401 403 403 403 403 200 401 401'
const ownersOfService = '401 403 403 200 403 200 401 401'
const participants = '401 200 404 200 404 200 401 401'
/** Those whom the customer has to ask. */
const deciders = '401 403 404 200 404 200 401 401'
/** Deciders, of something that has not begun. */
const tooEarly = '401 403 404 422 404 422 401 401'
/** Nobody but whoever made it, which the customer did. */
const holder = '401 200 404 404 404 404 401 401'
/** Whoever made it, which the customer did; admins may look. */
const ownerOrAdmin = '401 200 404 404 404 200 401 401'
/** Whoever made it; admins are told that they may only look. */
const ownerAlone = '401 200 404 404 404 403 401 401'
const ownerAloneLater = '401 202 404 404 404 403 401 401'

/** Every route there is, with the status that each caller gets. HEAD is answered as GET is. */
export const accessTable: Readonly<Record<string, string>> = {
  'POST /v1/auth/register': '201 201 201 201 201 201 201 201',
  'POST /v1/auth/login': everyone,
  'POST /v1/auth/refresh': everyone,
  'POST /v1/auth/logout': '204 204 204 204 204 204 401 401',
  'POST /v1/auth/password-reset': '202 202 202 202 202 202 202 202',
  'POST /v1/auth/password-reset/confirm': '204 204 204 204 204 204 204 204',

  'GET /v1/me': users,
  'PATCH /v1/me': users,
  'DELETE /v1/me': '401 204 204 204 204 204 401 401',
  'GET /v1/me/export': users,

  'GET /v1/users': admins,
  'GET /v1/users/:id': admins,
  'PATCH /v1/users/:id': admins,
  'GET /v1/audit': admins,

  'POST /v1/services': '401 403 403 201 201 403 401 401',
  'GET /v1/services': everyoneOrSomeone,
  'GET /v1/services/:id': everyone,
  'PATCH /v1/services/:id': ownersOfService,
  'DELETE /v1/services/:id': '401 403 403 204 403 204 401 401',

  'GET /v1/providers': everyone,
  'GET /v1/providers/:id': everyone,
  'GET /v1/providers/:id/schedule': everyone,
  'PUT /v1/providers/:id/schedule': ownersOfService,
  'PUT /v1/providers/:id/schedule/overrides/:date': ownersOfService,
  'DELETE /v1/providers/:id/schedule/overrides/:date': ownersOfService,
  'POST /v1/providers/:id/time-off': '401 403 403 201 403 201 401 401',
  'GET /v1/providers/:id/time-off': everyoneOrSomeone,
  'GET /v1/providers/:id/time-off/:time_off_id': everyoneOrSomeone,
  'DELETE /v1/providers/:id/time-off/:time_off_id': '401 403 403 204 403 204 401 401',

  'GET /v1/availability': everyoneOrSomeone,
  'GET /v1/availability/next': everyone,
  'GET /v1/providers/:id/days/:date': everyoneOrSomeone,

  // Providers do not book their own services.
  'POST /v1/bookings': '401 201 201 422 201 201 401 401',
  'GET /v1/bookings': users,
  'GET /v1/bookings/:id': participants,
  'GET /v1/bookings/:id/history': participants,
  'PATCH /v1/bookings/:id': participants,
  'POST /v1/bookings/:id/confirm': deciders,
  'POST /v1/bookings/:id/decline': deciders,
  'POST /v1/bookings/:id/cancel': participants,
  'POST /v1/bookings/:id/complete': tooEarly,
  'POST /v1/bookings/:id/no-show': tooEarly,
  'POST /v1/bookings/:id/reschedule': participants,

  'POST /v1/holds': '401 201 201 201 201 201 401 401',
  'GET /v1/holds/:id': holder,
  'DELETE /v1/holds/:id': '401 204 404 404 404 404 401 401',

  'GET /v1/events': everyoneOrSomeone,
  'POST /v1/events/tickets': '401 201 201 201 201 201 401 401',

  'POST /v1/webhooks': '401 201 201 201 201 201 401 401',
  'GET /v1/webhooks': users,
  'GET /v1/webhooks/:id': ownerOrAdmin,
  'PATCH /v1/webhooks/:id': ownerAlone,
  'DELETE /v1/webhooks/:id': '401 204 404 404 404 204 401 401',
  'POST /v1/webhooks/:id/rotate-secret': ownerAlone,
  'POST /v1/webhooks/:id/ping': ownerAloneLater,
  'GET /v1/webhooks/:id/deliveries': ownerOrAdmin,
  'POST /v1/webhooks/:id/deliveries/:delivery_id/replay': ownerAloneLater,

  // A token of another issuer that was signed with our secret is taken here: it is the customer's.
  'POST /bookings': '401 201 201 422 201 201 401 401/201/401',
  'GET /bookings/:id': '401 403 403 200 404 200 401 401/403/401',
  'GET /bookings/upcoming': '401 403 403 200 200 200 401 401/403/401',
  'GET /bookings/past': '401 403 403 200 200 200 401 401/403/401',
  // Socket.IO asks who it is later, and refuses a request that is none of its own.
  'GET /socket.io/': '400 400 400 400 400 400 400 400',
  'POST /socket.io/': '400 400 400 400 400 400 400 400',

  'POST /api/users/register': '201 201 201 201 201 201 201 201',
  'GET /api/users/profile/:userId': '401 200 403 403 403 200 401 401',
  // Members are customers.
  'POST /api/members/book-training-session': '401 200 200 403 403 403 401 401',
  'GET /api/members/trainers/:trainerId/schedule/:date': everyoneOrSomeone,
  'GET /api/members/trainers/:trainerId/schedule': everyone,

  'GET /v1/dev/mailbox': everyone,

  'GET /health': everyone,
  'GET /ready': everyone,
  'GET /metrics': everyone,
  'GET /problems/:code': everyone,
  'GET /.well-known/jwks.json': everyone,
  'GET /openapi.json': everyone,
  'GET /asyncapi.json': everyone,
  'GET /docs': everyone,
  'GET /docs/': everyone,
  'GET /docs/json': everyone,
  'GET /docs/yaml': everyone,
  'GET /docs/static/index.html': '302 302 302 302 302 302 302 302',
  'GET /docs/static/swagger-initializer.js': everyone,
  'GET /docs/*': everyone,
}

/** The routes that a running application has, as `METHOD /path`, from its own drawing of them. */
export function routesOf(drawing: string): string[] {
  const routes: string[] = []
  const path: string[] = []
  for (const line of drawing.split('\n')) {
    const match = /^(?<indent>[│ ]*)[├└]── (?<part>\S+)(?: \((?<methods>[A-Z, ]+)\))?/.exec(line)?.groups
    if (!match) continue
    path.length = (match.indent ?? '').length / 4
    path.push(match.part ?? '')
    for (const method of match.methods?.split(', ') ?? []) routes.push(`${method} ${path.join('')}`)
  }
  return routes
}
