import { type Actor, isAdmin } from './actor.ts'
import type { UserId } from './ids.ts'
import type { LoggedEvent, Topic } from './logged-event.ts'

/** A group of listeners of whom some may be told of an event: coarser than what they may see, and quick to look up. */
export type Audience = string & { readonly kind: 'audience' }

const ADMINS = 'admins' as Audience
const ofUser = (id: UserId) => `user:${id}` as Audience
const ofFreeTime = (providerId: UserId) => `free-time:${providerId}` as Audience

/** The groups in which everyone is who may be told of an event. */
export function audiencesOf({ providerId, customerId }: LoggedEvent): readonly Audience[] {
  const audiences = [ADMINS]
  if (providerId !== null) audiences.push(ofUser(providerId), ofFreeTime(providerId))
  if (customerId !== null) audiences.push(ofUser(customerId))
  return audiences
}

/** The groups that a listener belongs to by what they follow. */
export function audiencesFor(actor: Actor | null, topics: readonly Topic[]): readonly Audience[] {
  const audiences = topics.flatMap((topic) => {
    if (topic.kind === 'availability') return ofFreeTime(topic.providerId)
    if (actor === null) return []
    return isAdmin(actor) ? ADMINS : ofUser(actor.userId)
  })
  return [...new Set(audiences)]
}

/** Who listens, by the groups they belong to: an event costs as much as there are listeners who may be told of it. */
export interface AudienceIndex<Listener> {
  size(): number
  /** Enters a listener; takes it out again by calling what is returned. */
  add(listener: Listener, audiences: readonly Audience[]): () => void
  /** What each listener may be told of some events, in their order; nothing for those of whom none is. */
  share(events: readonly LoggedEvent[]): ReadonlyMap<Listener, readonly LoggedEvent[]>
}

export function audienceIndex<Listener>(): AudienceIndex<Listener> {
  const members = new Map<Audience, Set<Listener>>()
  let size = 0

  function remove(listener: Listener, audiences: readonly Audience[]): void {
    size--
    for (const audience of audiences) {
      const group = members.get(audience)
      group?.delete(listener)
      if (group?.size === 0) members.delete(audience)
    }
  }

  return {
    size: () => size,

    add(listener, audiences) {
      size++
      for (const audience of audiences) {
        members.set(audience, (members.get(audience) ?? new Set()).add(listener))
      }
      let isIn = true
      return () => {
        if (isIn) remove(listener, audiences)
        isIn = false
      }
    },

    share(events) {
      const shares = new Map<Listener, LoggedEvent[]>()
      for (const event of events) {
        const told = new Set(audiencesOf(event).flatMap((audience) => [...(members.get(audience) ?? [])]))
        for (const listener of told) {
          const share = shares.get(listener)
          if (share) share.push(event)
          else shares.set(listener, [event])
        }
      }
      return shares
    },
  }
}
