import { setTimeout as delay } from 'node:timers/promises'
import { idOf } from '../../../bench/support/people.ts'
import { forgeToken } from '../../http/support/tokens.ts'
import type { Door } from '../common/api-processes.ts'
import type { Random } from '../common/random.ts'
import type { Change } from './changes.ts'
import { customersOf, type Diary, providersOf } from './diary.ts'

const TOKEN_SECONDS = 86_400
const PAUSE_MILLISECONDS = 50

/** The token of each person of a diary, made when it is first asked for. */
export function tokensOf(diary: Diary, secret: string): (user: string) => string {
  const exp = Math.floor(Date.now() / 1_000) + TOKEN_SECONDS
  const roles = new Map(customersOf().map((id) => [id, 'customer']))
  for (let number = 0; number < providersOf(diary); number++) roles.set(idOf('provider', number), 'provider')
  const made = new Map<string, string>()
  return (user) => {
    const known =
      made.get(user) ?? forgeToken({ secret, claims: { sub: user, roles: [roles.get(user)], exp } })
    made.set(user, known)
    return known
  }
}

/** Sends changes to whichever node is up. */
export const senderOf =
  (doors: readonly Door[], random: Random, tokenOf: (user: string) => string, signal: AbortSignal): Change =>
  async (user, path, body) => {
    const door = random.pick(doors.filter(({ url }) => url !== null))
    const answer = door
      ? await fetch(`${door.url}${path}`, {
          method: 'POST',
          signal,
          headers: { authorization: `Bearer ${tokenOf(user)}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
          // A node that was killed has answered nothing, and that is what is to be seen of it here.
        }).then(
          async (response) => {
            await response.arrayBuffer()
            return response.status
          },
          () => undefined,
        )
      : undefined
    if (answer === undefined) await delay(PAUSE_MILLISECONDS, undefined, { signal }).catch(() => undefined)
    return answer
  }
