import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from '../http/support/contract.ts'
import { addService, everyDay, expecting, makeAdmin } from '../http/support/shop.ts'
import { boardOf, type Gym, openGym } from './support/gym.ts'

/** A Monday, before anybody comes. */
const MONDAY = '2026-01-05'
const NEXT_MONDAY = '2026-01-12'
const MONDAY_AFTER = '2026-01-19'

let app: ContractApp
before(async () => {
  app = await openContractApp()
})
after(() => app[Symbol.asyncDispose]())

const nineToNoon = { weeklyHours: everyDay('09:00-12:00'), breaks: everyDay('11:00-12:00') }
const nine = { session_date: NEXT_MONDAY, start_time: '09:00', end_time: '10:00' }

const move = (gym: Gym, id: string, verb: string) =>
  expecting(200, app.ask('POST', `/v1/bookings/${id}/${verb}`, { token: gym.provider.token }))

/** The booking of /v1 behind a session. */
const bookingOf = async (gym: Gym, number: number) => {
  const { data } = await expecting(
    200,
    app.ask('GET', '/v1/bookings?limit=100', { token: gym.customer.token }),
  )
  return data.find((booking: { number: number }) => booking.number === number)
}

test('a session is booked in the words of the gym, and is a booking as any other', async () => {
  const gym = await openGym(app, nineToNoon)
  const words = { session_type: 'personal_training', notes: 'Focus on strength training' }
  const { session, ...said } = await expecting(200, gym.ask({ ...nine, ...words }))
  assert.deepEqual(said, { success: true, message: 'Training session booked successfully!' })
  const booking = await bookingOf(gym, session.id)
  assert.deepEqual(session, {
    id: booking.number,
    trainer_id: gym.trainer,
    client_id: gym.member,
    session_date: NEXT_MONDAY,
    start_time: '09:00',
    end_time: '10:00',
    status: 'confirmed',
    price: 75,
  })
  assert.deepEqual(
    [booking.service_id, booking.start, booking.notes, booking.metadata],
    [gym.serviceId, '2026-01-12T09:00:00Z', words.notes, { session_type: words.session_type }],
  )
})

test('a session that the trainer is to confirm is scheduled', async () => {
  const gym = await openGym(app, { ...nineToNoon, service: { requires_confirmation: true } })
  const { session } = await expecting(200, gym.ask(nine))
  assert.equal(session.status, 'scheduled')
})

test('the board of a day has every hour with its colour, and who comes for those who may know', async () => {
  const gym = await openGym(app, nineToNoon)
  await expecting(
    200,
    gym.ask({ ...nine, start_time: '09:00:00', end_time: '10:00:00', session_type: 'yoga' }),
  )
  const id = (time: string) => `${gym.trainer}-${NEXT_MONDAY}-${time}`
  const nobody = { clientName: null, sessionType: null }
  const board = [
    { id: id('0900'), time: '09:00:00', status: 'booked', ...nobody },
    { id: id('1000'), time: '10:00:00', status: 'available', ...nobody },
    { id: id('1100'), time: '11:00:00', status: 'break', ...nobody },
  ]
  const strangers = [undefined, gym.customer.token, (await app.register('provider')).token]
  for (const token of strangers) assert.deepEqual(await boardOf(app, gym.trainer, NEXT_MONDAY, token), board)
  const told = [{ ...board[0], clientName: 'Ada Byron', sessionType: 'yoga' }, board[1], board[2]]
  for (const { token } of [gym.provider, await makeAdmin(app)]) {
    assert.deepEqual(await boardOf(app, gym.trainer, NEXT_MONDAY, token), told)
  }
})

test('a session that was booked elsewhere is called by the category of its service', async () => {
  const gym = await openGym(app, nineToNoon)
  await expecting(201, gym.book(`${NEXT_MONDAY}T09:00:00Z`))
  const [first] = await boardOf(app, gym.trainer, NEXT_MONDAY, gym.provider.token)
  assert.deepEqual([first?.status, first?.sessionType], ['booked', 'hair'])
})

test('a booking next Monday leaves every other Monday free', async () => {
  const gym = await openGym(app, nineToNoon)
  await expecting(200, gym.ask(nine))
  assert.equal((await gym.hours(NEXT_MONDAY))[0], '09:00:00 booked')
  for (const monday of [MONDAY, MONDAY_AFTER]) {
    assert.equal((await gym.hours(monday))[0], '09:00:00 available')
  }
  await expecting(200, gym.ask({ ...nine, session_date: MONDAY_AFTER }))
})

test('a slot is available again when its session is cancelled', async () => {
  const gym = await openGym(app, nineToNoon)
  const { session } = await expecting(200, gym.ask(nine))
  await move(gym, (await bookingOf(gym, session.id)).id, 'cancel')
  assert.equal((await gym.hours(NEXT_MONDAY))[0], '09:00:00 available')
  await expecting(200, gym.ask(nine))
})

test('the week is the seven days from today, by the clock of the trainer', async () => {
  const gym = await openGym(app, { ...nineToNoon, timeZone: 'Pacific/Kiritimati' })
  await expecting(200, gym.ask({ ...nine, session_date: '2026-01-07' }))
  const week = await expecting(200, app.ask('GET', `/api/members/trainers/${gym.trainer}/schedule`))
  assert.equal(week.length, 21)
  // It is Monday evening there, fourteen hours ahead.
  assert.deepEqual(
    week.filter((_: unknown, index: number) => index % 3 === 0),
    [1, 2, 3, 4, 5, 6, 0].map((day_of_week) => {
      const status = day_of_week === 1 ? 'unavailable' : day_of_week === 3 ? 'booked' : 'available'
      return { day_of_week, time_slot: '09:00:00', status }
    }),
  )
  assert.deepEqual(week[2], { day_of_week: 1, time_slot: '11:00:00', status: 'break' })
})

test('of several services of a length the type of the session tells, and the board shows the oldest', async () => {
  const gym = await openGym(app, nineToNoon)
  const service = async (title: string, category: string, more: object = {}) =>
    addService(app, gym.provider, { title, category, ...more })
  const boxing = await service('Boxing', 'martial arts')
  const arts = await service('Boxing for all', 'Boxing')
  const half = await service('Short one', 'boxing', { duration_minutes: 30 })
  const booked = async (wish: object) => {
    const { session } = await expecting(200, gym.ask({ ...nine, ...wish }))
    const { id, service_id } = await bookingOf(gym, session.id)
    await move(gym, id, 'cancel')
    return service_id
  }
  assert.equal(await booked({}), gym.serviceId)
  assert.equal(await booked({ session_type: 'MARTIAL_arts' }), boxing)
  assert.equal(await booked({ session_type: 'boxing' }), arts)
  assert.equal(await booked({ session_type: 'boxing-for-all' }), arts)
  assert.equal(await booked({ session_type: 'chess' }), gym.serviceId)
  assert.equal(await booked({ end_time: '09:30' }), half)
  assert.equal((await gym.hours(NEXT_MONDAY)).length, 3)
  await expecting(204, app.ask('DELETE', `/v1/services/${gym.serviceId}`, { token: gym.provider.token }))
  assert.equal(await booked({}), boxing)
})

test('a session may end at midnight or after it', async () => {
  const gym = await openGym(app, { weeklyHours: everyDay('00:00-01:00', '22:30-24:00') })
  for (const end_time of ['24:00', '00:00', '24:00:00', '00:00:00']) {
    const half = await openGym(app, {
      weeklyHours: everyDay('22:30-24:00'),
      service: { slot_interval_minutes: 30 },
    })
    const { session } = await expecting(200, half.ask({ ...nine, start_time: '23:00', end_time }))
    assert.deepEqual([session.start_time, session.end_time], ['23:00', '24:00'])
  }
  const { session } = await expecting(200, gym.ask({ ...nine, start_time: '23:30', end_time: '00:30' }))
  assert.deepEqual(
    [session.session_date, session.start_time, session.end_time],
    [NEXT_MONDAY, '23:30', '00:30'],
  )
})

test('where the clocks change, what is shown can be booked as it is shown, and what is not shown cannot', async () => {
  const options = { timeZone: 'America/New_York', weeklyHours: everyDay('00:00-05:00') }
  const gym = await openGym(app, options)
  const times = async (date: string) => (await gym.hours(date)).map((hour) => hour.slice(0, 5))
  assert.deepEqual(await times('2026-03-08'), ['00:00', '01:00', '03:00', '04:00'])
  assert.deepEqual(await times('2026-11-01'), ['00:00', '01:00', '02:00', '03:00', '04:00'])
  const spring = { session_date: '2026-03-08' }
  const skipped = await gym.ask({ ...spring, start_time: '02:00', end_time: '03:00' })
  assert.deepEqual([skipped.status, skipped.json().error], [422, 'Selected time slot is not available'])
  const { session } = await expecting(200, gym.ask({ ...spring, start_time: '01:00', end_time: '02:00' }))
  assert.deepEqual([session.start_time, session.end_time], ['01:00', '03:00'])
  const autumn = { session_date: '2026-11-01', start_time: '01:00', end_time: '02:00' }
  const twice = await expecting(200, gym.ask(autumn))
  assert.equal((await bookingOf(gym, twice.session.id)).start, '2026-11-01T05:00:00Z')
  assert.deepEqual((await gym.hours('2026-11-01')).slice(0, 3), [
    '00:00:00 available',
    '01:00:00 booked',
    '02:00:00 available',
  ])
})

test('a trainer without anything on sale has no hours', async () => {
  const provider = await app.register('provider')
  const { number } = await expecting(200, app.ask('GET', `/v1/providers/${provider.id}`))
  assert.deepEqual(await boardOf(app, number, NEXT_MONDAY), [])
  assert.deepEqual(await expecting(200, app.ask('GET', `/api/members/trainers/${number}/schedule`)), [])
})

// The last one: it sets the clock.
test('a session that took place leaves the hour of every other week available', async () => {
  const gym = await openGym(app, nineToNoon)
  const { session } = await expecting(200, gym.ask(nine))
  app.setNow(`${NEXT_MONDAY}T09:30:00Z`)
  const { id } = await bookingOf(gym, session.id)
  assert.equal((await move(gym, id, 'complete')).status, 'completed')
  assert.equal((await gym.hours(MONDAY_AFTER))[0], '09:00:00 available')
  await expecting(200, gym.ask({ ...nine, session_date: MONDAY_AFTER }))
})
