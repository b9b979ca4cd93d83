import { type Static, type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { CursorText, MOST_TOPICS, TopicText, TypesList } from '../schemas/events.ts'
import type { FieldError } from '../send-problem.ts'
import { textErrors } from '../text-guard.ts'
import { fieldErrors } from '../validation.ts'

export const SubscriptionId = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'A name of yours for the subscription, one of its own at a time.',
})

const strict = { additionalProperties: false }

export const SubscribeMessage = Type.Object(
  {
    type: Type.Literal('subscribe'),
    id: SubscriptionId,
    topics: Type.Array(TopicText, { minItems: 1, maxItems: MOST_TOPICS, uniqueItems: true }),
    types: Type.Optional(TypesList),
    after: Type.Optional(CursorText('The cursor to go on from; left out, from now.')),
  },
  strict,
)

export const UnsubscribeMessage = Type.Object(
  { type: Type.Literal('unsubscribe'), id: SubscriptionId },
  strict,
)

export type ClientMessage = Static<typeof SubscribeMessage> | Static<typeof UnsubscribeMessage>

const messages: Readonly<Record<string, ReturnType<typeof Compile<TSchema>>>> = {
  subscribe: Compile(SubscribeMessage as TSchema),
  unsubscribe: Compile(UnsubscribeMessage as TSchema),
}

export type ReadMessage =
  | { readonly ok: true; readonly message: ClientMessage }
  | { readonly ok: false; readonly id: string | null; readonly errors: readonly FieldError[] }

/** Reads what a client says, or all that is wrong with it; `id` is that of its subscription, where it has one. */
export function readMessage(text: string): ReadMessage {
  const said = parsed(text)
  if (said === undefined) return unreadable(null, '', 'must be a JSON object')
  const id = typeof said.id === 'string' && said.id.length <= 64 ? said.id : null
  const known = Object.hasOwn(messages, String(said.type)) ? messages[String(said.type)] : undefined
  if (!known) return unreadable(id, '/type', 'must be one of subscribe, unsubscribe')
  const unkeepable = textErrors(said)
  if (unkeepable.length > 0) return { ok: false, id, errors: unkeepable }
  if (known.Check(said)) return { ok: true, message: said as ClientMessage }
  return { ok: false, id, errors: fieldErrors(known.Errors(said)) }
}

const unreadable = (id: string | null, field: string, message: string): ReadMessage => ({
  ok: false,
  id,
  errors: [{ field, code: 'invalid', message }],
})

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}
