import { Compile } from 'typebox/compile'
import { eventDocument } from '../../src/adapters/http/events/event-document.ts'

interface EventDocument {
  readonly asyncapi: string
  readonly servers: Readonly<Record<'socket' | 'stream', { readonly security: readonly object[] }>>
  readonly channels: Readonly<Record<string, { readonly messages: Readonly<Record<string, object>> }>>
  readonly operations: Readonly<Record<string, { readonly messages: readonly object[] }>>
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly name: string; readonly payload: object }>>
    readonly schemas: Readonly<Record<string, object>>
  }
}

/** What the server says of events, as it is served where no public URL is known. */
export const eventsContract = eventDocument('/') as EventDocument

/** A schema of the document with every reference replaced by what it refers to. */
export function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved)
  if (typeof value !== 'object' || value === null) return value
  if ('$ref' in value) return resolved(at(String(value.$ref)))
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolved(inner)]))
}

const at = (reference: string): unknown =>
  reference
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((place, name) => (place as Readonly<Record<string, unknown>>)[name], eventsContract)

const validators = new Map<string, ReturnType<typeof Compile>>()

/** The message of a name that a channel has. */
const payloadOf = (channel: string, name: string): object | undefined => {
  const messages = Object.values(resolved(eventsContract.channels[channel]?.messages ?? {}) as object)
  return messages.find((message: { name: string }) => message.name === name)?.payload
}

/** What is wrong with something that was said on a channel, by the document; a name it does not have is wrong. */
export function violationsOf(channel: 'socket' | 'stream', name: string, said: unknown): readonly object[] {
  const key = `${channel} ${name}`
  const schema = validators.has(key) ? {} : payloadOf(channel, name)
  if (schema === undefined) return [{ message: `${channel} has no message ${name}` }]
  const validator = validators.get(key) ?? Compile(schema)
  validators.set(key, validator)
  return validator.Errors(said)
}
