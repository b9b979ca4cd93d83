import type { AddressInfo } from 'node:net'
import { startBackground } from './background.ts'
import { compose } from './compose.ts'
import { type Config, ConfigError } from './config.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { keptSecret } from './jwt-secret.ts'
import { explainListening, refuseTakenPort } from './listening.ts'
import { createLogger } from './logger.ts'
import { migrate, pendingMigrations } from './migrate.ts'
import type { Control } from './process.ts'
import { addSampleData } from './sample-data.ts'
import { startMessage } from './start-message.ts'
import type { KeySettings } from './token-keys.ts'

/** A server that listens. */
export interface RunningServer extends AsyncDisposable {
  readonly url: string
}

/** Brings everything up in order, and takes down what is up when a later part fails. */
export async function start(config: Config, { signal, fail }: Control): Promise<RunningServer> {
  await using stack = new AsyncDisposableStack()
  const logger = createLogger(config.logLevel)
  const notice = (line: string) => logger.info(line)

  await refuseTakenPort(config)
  signal.throwIfAborted()
  const { dataDir } = config
  const databaseUrl =
    config.databaseUrl ??
    stack.use(await startEmbeddedPostgres({ dataDir, onNotice: notice, onLost: fail })).url
  signal.throwIfAborted()
  const keys = await keysOf(config)
  await prepareSchema(config, databaseUrl, notice)
  signal.throwIfAborted()

  const application = stack.use(
    await compose({
      databaseUrl,
      redisUrl: config.redisUrl,
      mail: { ...config.mail, production: config.production },
      ...keys,
      outsideIssuers: config.outsideIssuers,
      corsOrigins: config.corsOrigins,
      trustedProxies: config.trustedProxies,
      publicUrl: config.publicUrl ?? '/',
      accessTokenSeconds: config.accessTokenSeconds,
      eventRetentionDays: config.eventRetentionDays,
      auditRetentionDays: config.auditRetentionDays,
      ratePolicies: config.ratePolicies,
      webhookAllowPrivate: config.webhookAllowPrivate,
      frontDoors: config.frontDoors,
      logger,
    }),
  )
  const sample = config.sampleData ? await addSampleData(databaseUrl, application.useCases) : null
  signal.throwIfAborted()
  await application.app.listen({ port: config.port, host: config.host }).catch((cause: unknown) => {
    throw explainListening(config, cause)
  })
  stack.use(await startBackground(application, { databaseUrl, logger }))
  const { port } = application.app.server.address() as AddressInfo
  const url = config.publicUrl ?? `http://${reachable(config.host)}:${port}`
  if (!config.production) console.log(await startMessage(url, config, application.useCases, sample))

  const parts = stack.move()
  return { url, [Symbol.asyncDispose]: () => parts.disposeAsync() }
}

/** Where nothing is set that signs, which is in development alone, a secret is made and kept. */
async function keysOf(config: Config): Promise<KeySettings> {
  const { jwtSecret, jwtPreviousSecrets, jwtPrivateKey, jwtPreviousKeys, dataDir } = config
  const secret = jwtPrivateKey === null ? (jwtSecret ?? (await keptSecret(dataDir))) : null
  return { jwtSecret: secret, jwtPreviousSecrets, jwtPrivateKey, jwtPreviousKeys }
}

/** In development the schema follows the code; in production someone decides when it changes. */
async function prepareSchema(
  { production }: Config,
  databaseUrl: string,
  onProgress: (line: string) => void,
): Promise<void> {
  if (!production) {
    await migrate({ databaseUrl, onProgress })
    return
  }
  const { pending } = await pendingMigrations({ databaseUrl })
  if (pending.length > 0) {
    throw new ConfigError(
      `DATABASE_URL has not the schema of this version: run npm run migrate (${pending.join(', ')})`,
    )
  }
}

/** A name by which this machine reaches what listens on a host. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
