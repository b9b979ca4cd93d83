import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type Chore, startChores } from '../../src/adapters/cron/chores.ts'

const EVERY_SECOND = '* * * * * *'
const silent = { onFailure: () => assert.fail('no chore was to fail') }

/** Waits until something is so; fails after some turns of a chore. */
async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    assert(tries < 300, 'it never came to be')
    await delay(20)
  }
}

const choreOf = (work: Chore['work'], name = 'sweep'): Chore => ({ name, when: EVERY_SECOND, work })

describe('Chores', () => {
  it('are tried again after they failed, and each failure is told with the name', async () => {
    const told: [string, unknown][] = []
    const errors = [new Error('first'), new Error('second')]
    let turns = 0
    let swept = 0
    const failing = choreOf(async () => {
      const error = errors[turns++]
      if (error) throw error
    })
    const other = choreOf(async () => swept++, 'other')
    {
      await using _ = startChores([failing, other], { onFailure: (...failure) => told.push(failure) })
      await until(() => turns >= 3 && swept >= 3)
    }
    assert.deepEqual(
      told,
      errors.map((error) => ['sweep', error]),
    )
  })

  it('do not overlap themselves, miss the turns they are too slow for, and hold up no other', async () => {
    let running = 0
    let most = 0
    let done = 0
    let quick = 0
    const slow = choreOf(async () => {
      most = Math.max(most, ++running)
      await delay(1_300)
      running--
      done++
    })
    {
      await using _ = startChores([slow, choreOf(async () => quick++, 'quick')], silent)
      await until(() => done >= 2)
    }
    assert.equal(most, 1)
    assert(quick > done, `${quick} quick turns beside ${done} slow ones`)
  })

  it('are told when they take long to end after that they are disposed of', async () => {
    let begun = 0
    const waiting = choreOf((signal) => {
      begun++
      return delay(60_000, undefined, { ...(signal && { signal }) }).catch(() => undefined)
    })
    const chores = startChores([waiting], silent)
    await until(() => begun === 1)
    const begin = performance.now()
    await chores[Symbol.asyncDispose]()
    assert(performance.now() - begin < 2_500)
  })

  it('are waited for when they are disposed of, and none is begun after that', async () => {
    let begun = 0
    let ended = 0
    const slow = choreOf(async () => {
      begun++
      await delay(300)
      ended++
    })
    const chores = startChores([slow], silent)
    await until(() => begun === 1)
    await chores[Symbol.asyncDispose]()
    assert.deepEqual([begun, ended], [1, 1])
    await delay(1_200)
    assert.equal(begun, 1)
  })
})
