import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import type { Instant } from '../../src/domain/instant.ts'
import { startBackground } from '../../src/infrastructure/background.ts'
import { expecting, openShop, type Shop } from '../http/support/shop.ts'
import { composeTestNode, openTestApp, type TestApp, type TestUser } from '../support/app.ts'

const silent = pino({ level: 'silent' })

/** A shop with everything that goes on behind it, and webhooks that may call this machine. */
export interface WebhookStage extends AsyncDisposable {
  readonly app: TestApp
  readonly shop: Shop
  /** Lets another node work on the same database, until the stage ends. */
  addNode(): Promise<void>
  /** Ends everything behind the door, in order, and tells how many milliseconds it took. */
  stop(): Promise<number>
  /** A webhook of a user; what it is signed with and where it is. */
  call(user: TestUser, url: string, types?: readonly string[]): Promise<{ secret: string; path: string }>
  /** A new booking of the customer, on a slot that nobody has. */
  book(): Promise<string>
  cancel(id: string): Promise<void>
  /** What was sent to a webhook, the oldest first, when it is so. */
  deliveriesWhen(
    user: TestUser,
    path: string,
    isSo: (deliveries: readonly ShownDelivery[]) => boolean,
  ): Promise<readonly ShownDelivery[]>
}

export interface ShownDelivery {
  readonly id: string
  readonly event_id: string
  readonly event_type: string
  readonly status: string
  readonly attempts: readonly { readonly status_code: number | null; readonly error: string | null }[]
  readonly next_attempt_at: string | null
}

const ALL = ['booking.created', 'booking.cancelled']
const PATIENCE_MILLISECONDS = 15_000

export async function openWebhookStage(): Promise<WebhookStage> {
  await using stack = new AsyncDisposableStack()
  // The store has a clock of its own, and so has the second node: all of them tell the same time.
  const today = new Date()
  const app = stack.use(await openTestApp(today.toISOString(), { webhookAllowPrivate: true }))
  const shop = await openShop(app)
  const background = stack.use(new AsyncDisposableStack())
  const { url: databaseUrl } = app.database
  background.use(await startBackground(app.application, { databaseUrl, logger: silent }))
  let slots = 0
  const parts = stack.move()
  return {
    app,
    shop,
    async addNode() {
      const clock = () => Date.now() as Instant
      const node = background.use(await composeTestNode({ databaseUrl, clock, webhookAllowPrivate: true }))
      background.use(await startBackground(node, { databaseUrl, logger: silent }))
    },
    async stop() {
      const begun = Date.now()
      await background.disposeAsync()
      return Date.now() - begun
    },
    async call({ token }, url, types = ALL) {
      const { id, secret } = await expecting(
        201,
        app.ask('POST', '/v1/webhooks', { token, body: { url, types } }),
      )
      return { secret, path: `/v1/webhooks/${id}` }
    },
    async book() {
      const hour = slots++
      const day = today.getUTCDate() + 1 + Math.floor(hour / 8)
      const start = new Date(
        Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), day, 9 + (hour % 8)),
      ).toISOString()
      return (await expecting(201, shop.book(start))).id
    },
    async cancel(id) {
      const { token } = shop.customer
      await expecting(200, app.ask('POST', `/v1/bookings/${id}/cancel`, { token, body: {} }))
    },
    async deliveriesWhen({ token }, path, isSo) {
      const deadline = Date.now() + PATIENCE_MILLISECONDS
      for (;;) {
        const { data } = await expecting(200, app.ask('GET', `${path}/deliveries?limit=100`, { token }))
        const deliveries = (data as ShownDelivery[]).toReversed()
        if (isSo(deliveries)) return deliveries
        if (Date.now() > deadline) throw new Error(`It never came to be: ${JSON.stringify(data)}`)
        await delay(50)
      }
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}
