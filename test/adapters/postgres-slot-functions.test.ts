import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Account } from '../../src/domain/account.ts'
import { DAY, formatDate } from '../../src/domain/calendar.ts'
import type { Instant } from '../../src/domain/instant.ts'
import { slotsIn, statusOf } from '../../src/domain/slots.ts'
import { dayInterval, localDay, zoneOf } from '../../src/domain/zone.ts'
import { week } from '../domain/support/wall.ts'
import { addAccount, addOffer, hours, setHours } from '../support/fixtures.ts'
import { openBench, type PostgresBench, type PostgresHarness } from './postgres-harness.ts'

let bench: PostgresBench
before(async () => {
  bench = await openBench()
})
after(() => bench[Symbol.asyncDispose]())

const ZONE = 'Europe/Berlin'

/** A date within every horizon, and one before it, in the zone of the trainers. */
const SOON = localDay(zoneOf(ZONE), (Date.now() + 7 * DAY) as Instant)
const soon = formatDate(SOON)

async function openGym(): Promise<PostgresHarness & { readonly trainer: Account }> {
  const harness = await bench.open()
  const trainer = await addAccount(harness.accounts, 'provider', { timeZone: ZONE })
  return { ...harness, trainer }
}

const initialize = async ({ database, trainer }: Awaited<ReturnType<typeof openGym>>) => {
  const rows = await database.query<{ given: boolean }>('select initialize_trainer_schedule($1) as given', [
    trainer.user.number,
  ])
  return rows[0]?.given
}

describe('is_slot_available and get_available_slots', () => {
  it('say what the program shows now', async () => {
    const gym = await openGym()
    await setHours(gym.schedules, gym.trainer.user.id, {
      timeZone: ZONE,
      weeklyHours: EVERY_DAY('07:00-12:00'),
      breaks: Object.fromEntries(
        Object.keys(EVERY_DAY('09:00-10:00')).map((day) => [day, [{ ...hours('09:00-10:00'), label: null }]]),
      ),
    })
    const offer = await addOffer(gym, gym.trainer)
    const number = gym.trainer.user.number
    const board = await gym.database.query(
      'select time_slot::text, status from get_available_slots($1, $2)',
      [number, soon],
    )
    const shown = slotsIn(offer, dayInterval(zoneOf(ZONE), SOON), [], Date.now() as Instant)
    assert.deepEqual(
      board,
      shown.map((slot, index) => ({ time_slot: `0${7 + index}:00:00`.slice(-8), status: statusOf(slot) })),
    )
    assert.deepEqual(
      board.map(({ status }) => status),
      ['available', 'available', 'break', 'available', 'available'],
    )
    const yesterday = formatDate(localDay(zoneOf(ZONE), (Date.now() - DAY) as Instant))
    const answers = await gym.database.query(
      `select
         is_slot_available($1, $2, '08:00') as free,
         is_slot_available($1, $2, '09:00') as in_break,
         is_slot_available($1, $2, '08:30') as between,
         is_slot_available($1, $3, '08:00') as over`,
      [number, soon, yesterday],
    )
    assert.deepEqual(answers, [{ free: true, in_break: false, between: false, over: false }])
  })

  it('have nothing of somebody who offers nothing any more, like the slots behind them', async () => {
    const gym = await openGym()
    await initialize(gym)
    const { service } = await addOffer(gym, gym.trainer)
    const { id, number } = gym.trainer.user
    const counts = async () => {
      const [row] = await gym.database.query<{ shown: number; behind: number }>(
        `select
           (select count(*)::integer from get_available_slots($1, $2)) as shown,
           (select count(*)::integer from slots_between($3, now(), now() + interval '7 days', now())) as behind`,
        [number, soon, service.id],
      )
      return [row?.shown, row?.behind].map((count) => (count ?? 0) > 0)
    }
    assert.deepEqual(await counts(), [true, true])
    await gym.database.query(`update auth.users set roles = '{customer}' where id = $1`, [id])
    assert.deepEqual(await counts(), [false, false])
  })

  it('have nothing of a trainer that there is not, nor of a date outside the years that are reckoned with', async () => {
    const gym = await openGym()
    await initialize(gym)
    await addOffer(gym, gym.trainer)
    const known = gym.trainer.user.number
    const asked: [number | null, string | null][] = [
      [2 ** 31 - 1, soon],
      [-1, soon],
      ...['1969-12-31', '2200-01-01', 'infinity', '-infinity', '0044-03-15 BC', '5874897-12-31'].map(
        (date): [number, string] => [known, date],
      ),
    ]
    for (const question of asked) {
      assert.deepEqual(await gym.database.query('select from get_available_slots($1, $2)', question), [])
      const text = "select is_slot_available($1, $2, '09:00') as free"
      assert.deepEqual(await gym.database.query(text, question), [{ free: false }], String(question))
    }
  })

  it('know nothing of what is null', async () => {
    const gym = await openGym()
    await initialize(gym)
    await addOffer(gym, gym.trainer)
    const text = `
      select
        is_slot_available(null, $2, '09:00') as no_trainer,
        is_slot_available($1, null, '09:00') as no_date,
        is_slot_available($1, $2, null) as no_time,
        (select count(*)::integer from get_available_slots(null, $2)) as of_no_trainer,
        (select count(*)::integer from get_available_slots($1, null)) as of_no_date
    `
    assert.deepEqual(await gym.database.query(text, [gym.trainer.user.number, soon]), [
      { no_trainer: null, no_date: null, no_time: null, of_no_trainer: 0, of_no_date: 0 },
    ])
  })

  it('reckon with the newest 2,000 dates and stretches of time off, as the program does', async () => {
    const gym = await openGym()
    const { id, number } = gym.trainer.user
    await initialize(gym)
    await addOffer(gym, gym.trainer)
    await gym.database.query('insert into schedule_overrides (provider_id, date) values ($1, $2)', [id, soon])
    const statuses = async () => {
      const text = 'select distinct status from get_available_slots($1, $2)'
      return (await gym.database.query<{ status: string }>(text, [number, soon])).map(({ status }) => status)
    }
    const later = `select $1::uuid, $2::date + place from generate_series(1, $3) as place`
    await gym.database.query(`insert into schedule_overrides (provider_id, date) ${later}`, [id, soon, 1_999])
    assert.deepEqual(await statuses(), ['unavailable'])
    await gym.database.query(
      `insert into schedule_overrides (provider_id, date) values ($1, $2::date + 2000)`,
      [id, soon],
    )
    assert.deepEqual(await statuses(), ['available'])
    await gym.database.query(
      `insert into time_off (id, provider_id, period, created_at)
       select gen_random_uuid(), $1, tstzrange($2::date + place - 1, $2::date + place + 2), now()
       from generate_series(0, 1999) as place`,
      [id, soon],
    )
    assert.deepEqual(await statuses(), ['unavailable'])
    await gym.database.query(
      `insert into time_off (id, provider_id, period, created_at)
       select gen_random_uuid(), $1, tstzrange($2::date + 3000, $2::date + 3000 + place), now()
       from generate_series(1, 5) as place`,
      [id, soon],
    )
    assert.deepEqual(await statuses(), ['available'])
  })
})

const EVERY_DAY = (text: string) =>
  week(
    Object.fromEntries(
      ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [
        day,
        [text],
      ]),
    ),
  )

describe('initialize_trainer_schedule', () => {
  it('gives the usual week as a change of the schedule that everyone hears of', async () => {
    const gym = await openGym()
    const { id } = gym.trainer.user
    const offer = await addOffer(gym, gym.trainer)
    await gym.database.query(
      `insert into weekly_breaks (provider_id, weekday, minutes, label) values ($1, 1, '[720,780)', 'Lunch')`,
      [id],
    )
    await gym.probe.forgetEvents()
    assert.equal(await initialize(gym), true)
    const schedule = await gym.schedules.find(id)
    const usual = { ...EVERY_DAY('07:00-20:00'), sunday: [hours('08:00-16:00')] }
    assert.deepEqual(schedule?.weeklyHours, usual)
    assert.deepEqual(schedule?.breaks.monday, [{ ...hours('12:00-13:00'), label: 'Lunch' }])
    assert.deepEqual([schedule?.timeZone, schedule?.version], [ZONE, offer.schedule.version + 1])
    const [event, ...others] = await gym.probe.catalogEvents()
    assert.deepEqual(others, [])
    assert.deepEqual(
      { ...event, id: '', occurredAt: 0 },
      {
        id: '',
        type: 'schedule.changed',
        occurredAt: 0,
        subject: id,
        version: schedule?.version,
        actorId: null,
        providerId: id,
        data: { change: 'week-replaced', provider_id: id, from: null, to: null, version: schedule?.version },
      },
    )
    // What searches remember has been forgotten.
    const [current] = await gym.offers.current([offer.service.id])
    assert.deepEqual(current?.schedule, schedule)
  })

  it('leaves any hours as they are, be they of one weekday or of one date', async () => {
    const gym = await openGym()
    await setHours(gym.schedules, gym.trainer.user.id, { weeklyHours: { friday: [hours('22:00-23:00')] } })
    const byDate = { ...gym, trainer: await addAccount(gym.accounts, 'provider') }
    const closedOnce = { ...gym, trainer: await addAccount(gym.accounts, 'provider') }
    await gym.probe.addOverride(byDate.trainer.user.id, SOON, { hours: [hours('10:00-12:00')], reason: null })
    await gym.probe.addOverride(closedOnce.trainer.user.id, SOON, { hours: [], reason: null })
    await gym.probe.forgetEvents()
    for (const own of [gym, byDate]) {
      const recorded = await gym.schedules.find(own.trainer.user.id)
      assert.equal(await initialize(own), false)
      assert.deepEqual(await gym.schedules.find(own.trainer.user.id), recorded)
    }
    assert.deepEqual(await gym.probe.catalogEvents(), [])
    assert.deepEqual([await initialize(closedOnce), await initialize(closedOnce)], [true, false])
  })

  it('gives it once to whoever asks at once, and never over the week that someone else sets', async () => {
    const gym = await openGym()
    for (let round = 0; round < 5; round++) {
      const trainer = await addAccount(gym.accounts, 'provider')
      const given = await Promise.all(Array.from({ length: 4 }, () => initialize({ ...gym, trainer })))
      assert.equal(given.filter((is) => is).length, 1)
      const other = await addAccount(gym.accounts, 'provider')
      const own = { weeklyHours: { monday: [hours('09:00-10:00')] } }
      await Promise.all([initialize({ ...gym, trainer: other }), setHours(gym.schedules, other.user.id, own)])
      const schedule = await gym.schedules.find(other.user.id)
      assert.deepEqual(schedule?.weeklyHours.monday, own.weeklyHours.monday)
      assert.deepEqual(schedule?.weeklyHours.sunday, [])
    }
  })

  it('refuses whoever is no provider, by number', async () => {
    const gym = await openGym()
    const customer = await addAccount(gym.accounts, 'customer')
    const refusals: [number | null, RegExp][] = [
      [null, /^error: trainer_id must not be null$/],
      [2 ** 31 - 1, /^error: trainer_id: there is no user with the number 2147483647$/],
      [
        customer.user.number,
        new RegExp(`^error: trainer_id: user ${customer.user.number} is not a provider$`),
      ],
    ]
    for (const [number, refusal] of refusals) {
      await assert.rejects(gym.database.query('select initialize_trainer_schedule($1)', [number]), refusal)
    }
    assert.deepEqual(await gym.database.query('select from weekly_hours'), [])
  })
})
