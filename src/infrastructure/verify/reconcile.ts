/** How objects of one kind, as they should be, meet those that are there. */
export interface Reconciled<T> {
  readonly both: readonly (readonly [expected: T, found: T])[]
  readonly missing: readonly T[]
  /** There under another name. */
  readonly renamed: readonly (readonly [expected: T, found: T])[]
  /** There once more under another name. */
  readonly duplicated: readonly (readonly [expected: T, found: T])[]
  readonly extra: readonly T[]
}

interface Identities<T> {
  readonly nameOf: (object: T) => string
  /** All that matters of it but its name. */
  readonly shapeOf: (object: T) => string
}

/** Matches by name first, then by shape. */
export function reconcile<T>(
  expected: readonly T[],
  found: readonly T[],
  { nameOf, shapeOf }: Identities<T>,
): Reconciled<T> {
  const foundNames = new Map(found.map((object) => [nameOf(object), object]))
  const expectedNames = new Set(expected.map(nameOf))
  const expectedShapes = new Map(expected.map((object) => [shapeOf(object), object]))
  const strangers = new Set(found.filter((object) => !expectedNames.has(nameOf(object))))
  const both: [T, T][] = []
  const missing: T[] = []
  const renamed: [T, T][] = []
  for (const wanted of expected) {
    const same = foundNames.get(nameOf(wanted))
    const alike = [...strangers].find((stranger) => shapeOf(stranger) === shapeOf(wanted))
    if (same !== undefined) both.push([wanted, same])
    else if (alike === undefined) missing.push(wanted)
    else {
      renamed.push([wanted, alike])
      strangers.delete(alike)
    }
  }
  const duplicated: [T, T][] = []
  for (const stranger of strangers) {
    const twin = expectedShapes.get(shapeOf(stranger))
    if (twin === undefined) continue
    duplicated.push([twin, stranger])
    strangers.delete(stranger)
  }
  return { both, missing, renamed, duplicated, extra: [...strangers] }
}
