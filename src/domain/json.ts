/** A value that JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Whether two values say the same; the members of an object have no order. */
export function isSameJson(a: Json, b: Json): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const others = new Map<string, Json>(Object.entries(b))
  const members: [string, Json][] = Object.entries(a)
  return (
    members.length === others.size && members.every(([name, value]) => isSameMember(value, others.get(name)))
  )
}

const isSameMember = (value: Json, other: Json | undefined) => other !== undefined && isSameJson(value, other)
