import { type SerializerFactory, SerializerSelector } from '@fastify/fast-json-stringify-compiler'

const buildAnew = SerializerSelector()

/**
 * Compiles what writes the answers, once for all that look alike: nearly every answer of the contract is a problem, and each
 * costs a start a millisecond and a server the room of a function.
 */
export const buildSerializer: SerializerFactory = (components, options) => {
  const compile = buildAnew(components, options)
  const compiled = new Map<string, ReturnType<typeof compile>>()
  return (route) => {
    const key = JSON.stringify(route.schema)
    const serialize = compiled.get(key) ?? compile(route)
    compiled.set(key, serialize)
    return serialize
  }
}
