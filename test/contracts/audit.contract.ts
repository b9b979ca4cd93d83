import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { userEvent } from '../../src/domain/account-changes.ts'
import type { AuditFilter } from '../../src/domain/audit.ts'
import type { EventId, UserId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { NOW, newId } from '../support/fixtures.ts'
import { allPages, type Harness, type OpenHarness, times } from './harness.ts'

const ANYTHING: AuditFilter = { actorId: null, subjectId: null, type: null, from: null, to: null }
const [ADA, BEN] = [newId() as UserId, newId() as UserId]

/** An event each minute, turn and turn about; their ids. */
async function noteMany({ audit }: Pick<Harness, 'audit'>, count: number) {
  const ids: EventId[] = []
  for (const minute of times(count)) {
    const id = newId() as EventId
    const [subject, actor] = minute % 2 ? [ADA, BEN] : [BEN, null]
    const type = minute % 3 ? 'user.deactivated' : 'user.reactivated'
    const user = { user: { id: subject }, version: minute + 1 }
    await audit.note(userEvent(id, type, user, actor, plusMinutes(NOW, minute), { minute }))
    ids.push(id)
  }
  return ids
}

/** What every implementation of the `Audit` port keeps. */
export function auditContract(name: string, open: OpenHarness): void {
  describe(`${name} audit`, () => {
    it('gives back what was noted, every field of it', async () => {
      await using harness = await open()
      const [id] = await noteMany(harness, 1)
      const { items, next } = await harness.audit.list(ANYTHING, { limit: 1, after: null })
      assert.equal(next, null)
      assert.deepEqual(items, [
        {
          ...{ id, type: 'user.reactivated', occurredAt: NOW, actorId: null },
          subject: { type: 'user', id: BEN, version: 1 },
          data: { minute: 0 },
        },
      ])
    })

    it('lists the newest first, page after page, each once', async () => {
      await using harness = await open()
      const ids = await noteMany(harness, 7)
      const pages = await allPages((page) => harness.audit.list(ANYTHING, page), 3)
      assert.deepEqual(
        pages.flat().map(({ id }) => id),
        ids.toReversed(),
      )
      assert.deepEqual(
        pages.map((page) => page.length),
        [3, 3, 1],
      )
    })

    it('has what the log has let go of, until it is trimmed itself', async () => {
      await using harness = await open()
      const ids = await noteMany(harness, 5)
      await harness.probe.everythingIsReadable()
      await harness.log.trim({ before: plusMinutes(NOW, 3), now: plusMinutes(NOW, 10) }, 100)
      const listed = async (limit: number) =>
        (await allPages((page) => harness.audit.list(ANYTHING, page), limit)).flat().map(({ id }) => id)
      assert.deepEqual(await listed(2), ids.toReversed())
      const trimmed = []
      for (const limit of [2, 2, 2]) trimmed.push(await harness.audit.trim(plusMinutes(NOW, 3), limit))
      assert.deepEqual(trimmed, [2, 1, 0])
      assert.deepEqual(await listed(10), ids.slice(3).toReversed())
    })

    it('filters by who, whom, what and when, from inclusive and to exclusive', async () => {
      await using harness = await open()
      await noteMany(harness, 7)
      const minutes = async (filter: Partial<AuditFilter>) => {
        const pages = await allPages((page) => harness.audit.list({ ...ANYTHING, ...filter }, page), 2)
        return pages.flat().map(({ data }) => data.minute)
      }
      assert.deepEqual(await minutes({ actorId: BEN }), [5, 3, 1])
      assert.deepEqual(await minutes({ subjectId: BEN }), [6, 4, 2, 0])
      assert.deepEqual(await minutes({ type: 'user.reactivated' }), [6, 3, 0])
      assert.deepEqual(await minutes({ from: plusMinutes(NOW, 2), to: plusMinutes(NOW, 4) }), [3, 2])
      assert.deepEqual(await minutes({ subjectId: ADA, type: 'user.reactivated' }), [3])
      assert.deepEqual(await minutes({ actorId: ADA }), [])
    })
  })
}
