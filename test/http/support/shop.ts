import assert from 'node:assert/strict'
import type { Ask, TestApp, TestResponse, TestUser } from '../../support/app.ts'

export interface WallHours {
  readonly start: string
  readonly end: string
  readonly label?: string
}

export type Week = Readonly<Record<string, readonly WallHours[]>>

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const

/** `09:00-12:00` on the wall clock. */
export function hours(...texts: string[]): WallHours[] {
  return texts.map((text) => {
    const [start = '', end = ''] = text.split('-')
    return { start, end }
  })
}

/** The same hours on every day of the week. */
export const everyDay = (...texts: string[]): Week =>
  Object.fromEntries(WEEKDAYS.map((day) => [day, hours(...texts)]))

export const haircut = {
  title: 'Haircut',
  category: 'hair',
  price: { amount: '75.00', currency: 'USD' },
  duration_minutes: 60,
}

/** A provider with hours and a service on sale, and a customer. */
export interface Shop {
  readonly provider: TestUser
  readonly customer: TestUser
  readonly serviceId: string
  book(start: string, more?: object): Promise<TestResponse>
  /** The slots of the service; every one with its reason when `status=all` is asked for. */
  slots(query: string): Promise<ShownSlot[]>
}

export interface ShownSlot {
  readonly start: string
  readonly end: string
  readonly status: string
  readonly reason?: string
}

export interface ShopOptions {
  readonly timeZone?: string
  readonly weeklyHours?: Week
  readonly breaks?: Week
  readonly service?: object
}

/** The body of an answer that has to have the status. */
export async function expecting(status: number, answer: Promise<TestResponse>) {
  const response = await answer
  assert.equal(response.status, status, response.text)
  return response.status === 204 ? undefined : response.json()
}

export async function openShop(app: TestApp, options: ShopOptions = {}): Promise<Shop> {
  const { timeZone = 'UTC', weeklyHours = everyDay('09:00-17:00'), breaks = {}, service = {} } = options
  const provider = await app.register('provider', timeZone)
  const customer = await app.register('customer')
  const week = { time_zone: timeZone, weekly_hours: weeklyHours, breaks }
  const schedule = `/v1/providers/${provider.id}/schedule`
  await expecting(200, app.ask('PUT', schedule, { token: provider.token, body: week }))
  const serviceId = await addService(app, provider, service)
  return {
    provider,
    customer,
    serviceId,
    book: (start, more = {}) =>
      app.ask('POST', '/v1/bookings', {
        token: customer.token,
        body: { service_id: serviceId, start, ...more },
      }),
    async slots(query) {
      const url = `/v1/availability?service_id=${serviceId}&${query}`
      const { data } = await expecting(200, app.ask('GET', url))
      return data[0].slots
    },
  }
}

/** Puts a service on sale; the id of it. */
export async function addService(app: TestApp, { token }: TestUser, terms: object = {}): Promise<string> {
  const body = { ...haircut, ...terms }
  return (await expecting(201, app.ask('POST', '/v1/services', { token, body }))).id
}

/** An account with the admin's role, which nobody gets at the door. */
export async function makeAdmin(app: TestApp): Promise<TestUser> {
  const { id, email } = await app.register('customer')
  await app.database.query(`update auth.users set roles = '{admin}' where id = $1`, [id])
  return { id, email, token: app.tokenFor({ id, roles: ['admin'] }) }
}

/** An account that has been deactivated, with a token from before. */
export async function makeDeactivated(app: TestApp): Promise<TestUser> {
  const user = await app.register('customer')
  await app.database.query('update auth.users set deactivated_at = now() where id = $1', [user.id])
  return user
}

/** Every row of a list, page by page; fails at a page that is empty or longer than asked for. */
export async function readPages(
  app: TestApp,
  url: string,
  limit: number,
  ask: Ask = {},
): Promise<{ id: string }[]> {
  const rows: { id: string }[] = []
  let cursor: string | null = null
  do {
    const page: string = `${url}${url.includes('?') ? '&' : '?'}limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`
    const { data, next_cursor } = await expecting(200, app.ask('GET', page, ask))
    assert(data.length <= limit && (cursor === null || data.length > 0), page)
    rows.push(...data)
    cursor = next_cursor
  } while (cursor !== null)
  return rows
}
