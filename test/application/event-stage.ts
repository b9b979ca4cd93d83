import { eventHub } from '../../src/application/event-hub.ts'
import type { Bell } from '../../src/application/ports/bell.ts'
import type { EventLog } from '../../src/application/ports/event-log.ts'
import type { Actor } from '../../src/domain/actor.ts'
import { audiencesFor } from '../../src/domain/audience.ts'
import type { EventId, UserId } from '../../src/domain/ids.ts'
import type { EventType, LoggedEvent } from '../../src/domain/logged-event.ts'
import { NOW, newId } from '../support/fixtures.ts'
import { ADMIN, type Stage } from './stage.ts'

/** Whom an event is about, and what happened. */
export interface Happening {
  readonly providerId: UserId
  readonly customerId: UserId
  readonly subjectId?: string
  readonly type?: EventType
}

/** Writes an event past every ledger; its id. */
export function happen({ database }: Pick<Stage, 'database'>, happening: Happening): EventId {
  const { providerId, customerId, subjectId = newId(), type = 'booking.created' } = happening
  const id = newId() as EventId
  const subject = { type: 'booking', id: subjectId, version: 1 } as const
  const data = { start: '2030-01-08T10:00:00Z', end: '2030-01-08T11:00:00Z' }
  const event = { id, type, occurredAt: NOW, actorId: null, subject, providerId, customerId, data }
  database.log.events.push(event)
  return id
}

/** Fulfils when everything that can go on by itself has done so. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** A hub whose waiting ends only at a ring, or when it is told that the time has passed. */
export function openHub({ log, bell }: { readonly log: EventLog; readonly bell: Bell }) {
  const failures: unknown[] = []
  const pauses: number[] = []
  let pass = () => {}
  const wait = (milliseconds: number, ring: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (ring.aborted) return resolve()
      pauses.push(milliseconds)
      pass = resolve
      ring.addEventListener('abort', () => resolve(), { once: true })
    })
  const onFailure = (error: unknown) => failures.push(error)
  const hub = eventHub({ log, bell, onFailure, wait })
  return {
    hub,
    failures,
    pauses,
    /** Lets the time pass for which the hub waits. */
    tick: async () => {
      pass()
      await settled()
    },
  }
}

/** A log that counts how often it is read, and fails or waits where a test says so. */
export function watchedLog(log: EventLog, before: () => Promise<unknown> = async () => {}) {
  const watched = {
    ...log,
    reads: 0,
    async read(...given: Parameters<EventLog['read']>) {
      watched.reads++
      await before()
      return log.read(...given)
    },
  }
  return watched
}

/** Somebody who follows a hub as an admin does, who may be told of everything, or as whoever is named; what they were told. */
export function follower(actor: Actor = ADMIN) {
  const heard: LoggedEvent[] = []
  return {
    audiences: audiencesFor(actor, [{ kind: 'bookings' }]),
    heard,
    onEvents: (events: readonly LoggedEvent[]) => void heard.push(...events),
    ids: () => heard.map(({ id }) => id),
  }
}
