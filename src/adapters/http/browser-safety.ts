import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { sendProblem } from './send-problem.ts'

export interface BrowserSafetyOptions {
  readonly publicUrl: string
  /** The origins whose pages may call from a browser. */
  readonly corsOrigins: readonly string[]
}

const HALF_A_YEAR_SECONDS = 15_552_000
const PREFLIGHT_SECONDS = 600

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
/** What a page may send besides what every page may. */
const READ_HEADERS = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Last-Event-ID',
  'X-Request-Id',
]
/** What a page may read besides what every page may. */
const SENT_HEADERS = [
  'ETag',
  'Idempotency-Replayed',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
]

/** What browsers are told to do with answers, and which pages may ask at all; none of another origin unless it is named. */
export async function registerBrowserSafety(
  app: FastifyInstance,
  { publicUrl, corsOrigins }: BrowserSafetyOptions,
): Promise<void> {
  const isSecure = publicUrl.startsWith('https:')
  // Nothing that an API answers is a page: it loads nothing and is shown nowhere. Pages say otherwise themselves.
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: corsOrigins.length > 0 ? 'cross-origin' : 'same-origin' },
    strictTransportSecurity: isSecure && { maxAge: HALF_A_YEAR_SECONDS },
    xFrameOptions: { action: 'deny' },
    // For browsers and plug-ins that nobody has any more, or for pages only.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  })
  checkSocketOrigins(app, [...corsOrigins, ...(URL.canParse(publicUrl) ? [new URL(publicUrl).origin] : [])])
  if (corsOrigins.length === 0) return
  await app.register(cors, {
    origin: [...corsOrigins],
    methods: METHODS,
    allowedHeaders: READ_HEADERS,
    exposedHeaders: SENT_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
    strictPreflight: false,
  })
}

/** Browsers open sockets to any origin: there it is the server that has to look, whatever it says to other requests. */
function checkSocketOrigins(app: FastifyInstance, origins: readonly string[]): void {
  const allowed = new Set(origins)
  app.addHook('onRequest', (request, reply, done) => {
    const { origin, upgrade } = request.headers
    if (upgrade === undefined || origin === undefined || allowed.has(origin) || isOwn(origin, request)) done()
    else sendProblem(reply, 'origin-not-allowed')
  })
}

/** Whether a page came from where it calls. By which scheme it did, a proxy that ends TLS knows alone. */
const isOwn = (origin: string, { host }: FastifyRequest) =>
  URL.canParse(origin) && new URL(origin).host === host && host !== ''
