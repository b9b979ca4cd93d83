import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { memoryBell } from '../../src/adapters/memory/bell.ts'
import type { Outbox } from '../../src/application/ports/outbox.ts'
import { relayEvents } from '../../src/application/relay-events.ts'

const wait = (milliseconds: number, signal: AbortSignal) =>
  delay(milliseconds, undefined, { signal }).catch(() => undefined)

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    assert(tries < 300, 'it never came to be')
    await delay(10)
  }
}

/** An outbox with so many events to hand on. */
function outboxOf(name: string, left: number) {
  const outbox = {
    name,
    left,
    asked: 0,
    async handOn(limit: number) {
      outbox.asked++
      const handedOn = Math.min(outbox.left, limit)
      outbox.left -= handedOn
      return handedOn
    },
  }
  return outbox satisfies Outbox
}

describe('The relay of events', () => {
  it('empties every outbox at the start, and again whenever it rings', async () => {
    const bell = memoryBell()
    const outboxes = [outboxOf('mail', 1_000), outboxOf('webhooks', 3)] as const
    await using _ = relayEvents({ outboxes, bell, onFailure: () => assert.fail(), wait })
    await until(() => outboxes.every(({ left }) => left === 0))
    await delay(250)
    outboxes[0].left = 2
    const before = performance.now()
    bell.ring()
    await until(() => outboxes[0].left === 0)
    assert(performance.now() - before < 900, 'it did not wait for its longest pause')
  })

  it('leaves what another node is at to it, and rests as long as if it had done it, however often it rings', async () => {
    const bell = memoryBell()
    let asked = 0
    const outbox: Outbox = {
      name: 'mail',
      async handOn() {
        asked++
        return null
      },
    }
    await using _ = relayEvents({ outboxes: [outbox], bell, onFailure: () => assert.fail(), wait })
    for (let ring = 0; ring < 20; ring++) {
      bell.ring()
      await delay(25)
    }
    assert(asked >= 2 && asked <= 6, `asked ${asked} times in half a second`)
  })

  it('finds what nobody has rung for', async () => {
    const outbox = outboxOf('mail', 0)
    await using _ = relayEvents({
      outboxes: [outbox],
      bell: memoryBell(),
      onFailure: () => assert.fail(),
      wait,
    })
    await until(() => outbox.asked > 0)
    outbox.left = 1
    await until(() => outbox.left === 0)
  })

  it('tells of an outbox that fails, tries it again, and empties the others meanwhile', async () => {
    const told: string[] = []
    const good = outboxOf('mail', 5)
    let fails = 2
    const bad: Outbox = {
      name: 'webhooks',
      async handOn() {
        if (fails-- > 0) throw new Error('not now')
        return 0
      },
    }
    await using _ = relayEvents({
      outboxes: [bad, good],
      bell: memoryBell(),
      onFailure: (name) => told.push(name),
      wait,
    })
    await until(() => fails < 0 && good.left === 0)
    assert.deepEqual(told, ['webhooks', 'webhooks'])
  })

  it('ends at once when it is disposed of, after what is being written', async () => {
    let written = false
    const outbox: Outbox = {
      name: 'mail',
      async handOn() {
        await delay(30)
        written = true
        return 0
      },
    }
    const relay = relayEvents({
      outboxes: [outbox],
      bell: memoryBell(),
      onFailure: () => assert.fail(),
      wait,
    })
    await delay(5)
    await relay[Symbol.asyncDispose]()
    assert(written)
  })
})
