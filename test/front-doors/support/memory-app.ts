import { pino } from 'pino'
import { createApp, registerRoutes, type UseCases } from '../../../src/adapters/http/app.ts'
import type { App } from '../../../src/adapters/http/app-types.ts'
import type { Observer } from '../../../src/adapters/http/observer.ts'
import type { RateLimitOptions } from '../../../src/adapters/http/rate-limits.ts'
import type { Actor, Role } from '../../../src/domain/actor.ts'
import {
  FRONT_DOOR_NAMES,
  type FrontDoorUseCases,
  openFrontDoors,
} from '../../../src/infrastructure/front-doors.ts'
import { tokenKeys } from '../../../src/infrastructure/token-keys.ts'
import { TEST_SECRET } from '../../support/app.ts'

export type EveryUseCase = UseCases & FrontDoorUseCases

/** Every route there is, with the doors, over use cases of the test's own and without any database. */
export interface MemoryApp extends AsyncDisposable {
  readonly app: App
  tokenOf(actor: Actor): string
}

const NOBODY_WATCHES: Observer = {
  answered: () => undefined,
  listens: () => () => undefined,
  delivered: () => undefined,
  closed: () => undefined,
}

export async function openMemoryApp(
  useCases: EveryUseCase,
  limits: RateLimitOptions | null = null,
): Promise<MemoryApp> {
  const keys = await tokenKeys({ jwtSecret: TEST_SECRET })
  const lifetimeSeconds = 3600
  const app = await createApp({
    logger: pino({ level: 'silent' }),
    publicUrl: '/',
    corsOrigins: [],
    trustedProxies: [],
    tokens: {
      keys,
      issuer: 'slotwright',
      audience: 'slotwright',
      lifetimeSeconds,
      rolesOf: async (): Promise<readonly Role[]> => ['customer', 'provider', 'admin'],
      readOutsideToken: async () => null,
      readSharedToken: async () => null,
    },
    limits,
    observer: NOBODY_WATCHES,
    tags: [],
  })
  await registerRoutes(app, useCases, {
    readiness: async () => ({ database: 'ok', redis: 'memory' }),
    published: [],
    mailbox: null,
    metrics: async () => '',
    observer: NOBODY_WATCHES,
  })
  await openFrontDoors(app, FRONT_DOOR_NAMES, useCases)
  return {
    app,
    tokenOf: ({ userId, roles }) => app.jwt.sign({ sub: userId, roles, jti: crypto.randomUUID() }),
    [Symbol.asyncDispose]: () => app.close(),
  }
}
