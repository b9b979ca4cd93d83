import { expecting, openShop, type Shop, type ShopOptions } from '../../http/support/shop.ts'
import type { TestApp, TestResponse, TestUser } from '../../support/app.ts'

/** A shop as the front end of a gym sees it. */
export interface Gym extends Shop {
  /** The numbers by which the front end knows its people. */
  readonly trainer: number
  readonly member: number
  book(start: string): Promise<TestResponse>
  ask(wish: object, user?: TestUser | null): Promise<TestResponse>
  /** The hours of a day as `09:00:00 available`. */
  hours(date: string): Promise<string[]>
}

export interface BoardHour {
  readonly id: string
  readonly time: string
  readonly status: string
  readonly clientName: string | null
  readonly sessionType: string | null
}

export const boardOf = (
  app: TestApp,
  trainer: number | string,
  date: string,
  token?: string,
): Promise<BoardHour[]> =>
  expecting(200, app.ask('GET', `/api/members/trainers/${trainer}/schedule/${date}`, { token }))

export async function openGym(app: TestApp, options?: ShopOptions): Promise<Gym> {
  const shop = await openShop(app, options)
  const { number: trainer } = await expecting(200, app.ask('GET', `/v1/providers/${shop.provider.id}`))
  const me = await expecting(200, app.ask('GET', '/v1/me', { token: shop.customer.token }))
  return {
    ...shop,
    trainer,
    member: me.user.number,
    ask: (wish, user = shop.customer) =>
      app.ask('POST', '/api/members/book-training-session', {
        token: user?.token,
        body: { trainer_id: trainer, ...wish },
      }),
    async hours(date) {
      return (await boardOf(app, trainer, date)).map(({ time, status }) => `${time} ${status}`)
    },
  }
}
