import type { ScheduleCatalog } from '../../application/ports/schedule-catalog.ts'
import { ok, reject } from '../../domain/result.ts'
import type { Schedule } from '../../domain/schedule.ts'
import type { MemoryDatabase } from './database.ts'

/** Schedules for as long as the process lives. */
export const memoryScheduleCatalog = ({ schedules }: MemoryDatabase): ScheduleCatalog => ({
  async find(providerId) {
    return schedules.get(providerId)
  },

  async replaceWeek(providerId, week, expectedVersion, _now) {
    const recorded = schedules.get(providerId)
    if (!recorded) return reject({ code: 'provider-not-found' })
    const { version } = recorded
    if (expectedVersion !== null && expectedVersion !== version) {
      return reject({ code: 'version-mismatch', version })
    }
    const replaced: Schedule = { ...recorded, ...week, version: version + 1 }
    schedules.set(providerId, replaced)
    return ok(replaced)
  },
})
