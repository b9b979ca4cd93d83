import { type SerializerFactory, SerializerSelector } from '@fastify/fast-json-stringify-compiler'

type Components = Readonly<Record<string, unknown>>

const compilerOf = SerializerSelector()

/** The components that the text of a schema refers to, and those that these refer to. */
function referredTo(text: string, components: Components, found: Record<string, unknown> = {}) {
  for (const [, id = ''] of text.matchAll(/"\$ref":"([^"#]+)#/g)) {
    if (id in found || !(id in components)) continue
    found[id] = components[id]
    referredTo(JSON.stringify(components[id]), components, found)
  }
  return found
}

/**
 * Compiles what writes the answers, once for all that look alike, with nothing but the components it needs: nearly every answer
 * of the contract is a problem, and to compile each of nine hundred with all components takes a start most of a second.
 */
export const buildSerializer: SerializerFactory = (components, options) => {
  const compiled = new Map<string, ReturnType<ReturnType<typeof compilerOf>>>()
  return (route) => {
    const text = JSON.stringify(route.schema)
    const known = compiled.get(text)
    if (known) return known
    const serialize = compilerOf(referredTo(text, components as Components), options)(route)
    compiled.set(text, serialize)
    return serialize
  }
}
