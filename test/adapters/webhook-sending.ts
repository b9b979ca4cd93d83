import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { type SenderOptions, webhookSender } from '../../src/adapters/webhook/sender.ts'
import type { EventId } from '../../src/domain/ids.ts'
import type { Instant } from '../../src/domain/instant.ts'
import type { Receiver } from '../support/receiver.ts'

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
export const NEVER = new AbortController().signal
export const body = '{"id":"event-1","note":"ä 😀 \\u0000"}'
export const message = (url: string) => ({
  url,
  id: 'event-1' as EventId,
  body,
  at: Date.now() as Instant,
  secrets: [SECRET],
})

export const local = (options: Partial<SenderOptions> = {}) =>
  webhookSender({ allowPrivate: true, ...options })
export const ask = async (url: string, options: Partial<SenderOptions> = {}) => {
  const answer = await local(options).send(message(url), NEVER)
  assert(answer)
  return [answer.status, answer.error]
}

export const resolvesTo = (...addresses: string[]) => {
  const asked: string[] = []
  const resolve = async (name: string): Promise<readonly LookupAddress[]> => {
    asked.push(name)
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
  return { resolve, asked }
}

export const headersOf = ({ received }: Receiver, place = 0) => {
  const { headers } = received[place] ?? assert.fail('nothing came')
  return headers as Record<string, string>
}
