import assert from 'node:assert/strict'
import type { TestApp } from '../../support/app.ts'
import { everythingIsReadable } from '../../support/database.ts'
import { addService, expecting, hours, type Shop } from './shop.ts'

/** Lets something happen of every type of events there is, and every form of each. */
export async function tellEverything(app: TestApp, shop: Shop): Promise<void> {
  await changeServices(app, shop)
  await changeSchedule(app, shop)
  await changeBookings(app, shop)
  await endBookings(app, shop)
  await holdSlots(app, shop)
  await everythingIsReadable(app.database)
}

async function changeServices(app: TestApp, { provider }: Shop): Promise<void> {
  const { token } = provider
  const url = `/v1/services/${await addService(app, provider)}`
  for (const body of [
    { title: 'Trim' },
    { price: { amount: '7500', currency: 'JPY' }, duration_minutes: 30, weekly_hours: {} },
    { title: 'Trim' },
  ]) {
    await expecting(200, app.ask('PATCH', url, { token, body }))
  }
  await expecting(204, app.ask('DELETE', url, { token }))
  await expecting(200, app.ask('PATCH', url, { token, body: { is_active: true } }))
}

async function changeSchedule(app: TestApp, { provider: { id, token } }: Shop): Promise<void> {
  const override = `/v1/providers/${id}/schedule/overrides/2026-03-29`
  await expecting(
    200,
    app.ask('PUT', override, { token, body: { hours: hours('10:00-11:00'), reason: 'Fair' } }),
  )
  await expecting(200, app.ask('DELETE', override, { token }))
  const url = `/v1/providers/${id}/time-off`
  const body = { start: '2026-07-01T00:00:00.250Z', end: '2026-07-02T00:00:00Z', reason: 'ill' }
  const added = await expecting(201, app.ask('POST', url, { token, body }))
  await expecting(204, app.ask('DELETE', `${url}/${added.id}`, { token }))
}

/** Tomorrow: moved, noted, cancelled; asked for, confirmed and declined. */
async function changeBookings(app: TestApp, shop: Shop): Promise<void> {
  const { provider, customer } = shop
  const change = async (id: string, verb: string, body: object = {}, { token } = provider) =>
    expecting(200, app.ask('POST', `/v1/bookings/${id}/${verb}`, { token, body }))
  const { id } = await expecting(201, shop.book('2026-01-06T09:00:00Z'))
  await change(id, 'reschedule', { start: '2026-01-06T11:00:00Z' }, customer)
  const notes = { token: customer.token, body: { notes: 'Ring twice.' } }
  await expecting(200, app.ask('PATCH', `/v1/bookings/${id}`, notes))
  await change(id, 'cancel', { reason: 'ill' })
  await expecting(200, app.ask('PATCH', `/v1/bookings/${id}`, { ...notes, body: { notes: 'Sorry.' } }))
  await change((await expecting(201, shop.book('2026-01-06T10:00:00Z'))).id, 'cancel')
  const service_id = await addService(app, provider, { requires_confirmation: true })
  for (const [index, verb] of ['confirm', 'decline'].entries()) {
    const start = `2026-01-06T1${index + 3}:00:00Z`
    await change((await expecting(201, shop.book(start, { service_id }))).id, verb, {})
  }
}

/** The day after: reminded of, and then over, one way or the other. */
async function endBookings(app: TestApp, shop: Shop): Promise<void> {
  const { application } = app
  const work = (name: string) => application.chores.find((chore) => chore.name === name)?.work()
  const missed = await expecting(201, shop.book('2026-01-07T09:00:00Z'))
  const kept = await expecting(201, shop.book('2026-01-07T10:00:00Z'))
  app.setNow('2026-01-07T08:55:00Z')
  await work('send reminders')
  app.setNow('2026-01-07T10:30:00Z')
  for (const [{ id }, verb] of [
    [missed, 'no-show'],
    [kept, 'complete'],
  ] as const) {
    const url = `/v1/bookings/${id}/${verb}`
    await expecting(200, app.ask('POST', url, { token: shop.provider.token, body: {} }))
  }
}

async function holdSlots(app: TestApp, { customer, serviceId }: Shop): Promise<void> {
  const { token } = customer
  const hold = async (start: string) => {
    const body = { service_id: serviceId, start }
    return (await expecting(201, app.ask('POST', '/v1/holds', { token, body }))).id as string
  }
  await expecting(204, app.ask('DELETE', `/v1/holds/${await hold('2026-01-08T09:00:00Z')}`, { token }))
  await app.database.query(
    `with gone as (delete from claims where hold_id = $1 returning *)
     insert into claims (provider_number, blocked, starts_at, ends_at, service_id, hold_id, holder_id, expires_at)
     select provider_number, blocked, starts_at, ends_at, service_id, hold_id, holder_id, now() - interval '1 second'
     from gone`,
    [await hold('2026-01-08T10:00:00Z')],
  )
  const expire = app.application.chores.find(({ name }) => name === 'expire holds')
  assert.equal(await expire?.work(), 1)
}
