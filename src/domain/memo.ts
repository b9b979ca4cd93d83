/** What was made of objects, for as long as it is worth its room. */
export interface Memo<Key extends WeakKey, Value> {
  get(key: Key): Value | undefined
  set(key: Key, value: Value): void
}

/**
 * Remembers until the sizes of what was set add up to `most`; then what has not been asked for since that happened the
 * last time is forgotten. So it never holds more than twice as much, and each look costs the same.
 */
export function boundedMemo<Key extends WeakKey, Value>(
  most: number,
  sizeOf: (value: Value) => number,
): Memo<Key, Value> {
  let young = new WeakMap<Key, Value>()
  let old = new WeakMap<Key, Value>()
  let size = 0
  const set = (key: Key, value: Value): void => {
    size += sizeOf(value)
    if (size > most) {
      old = young
      young = new WeakMap()
      size = sizeOf(value)
    }
    young.set(key, value)
  }
  return {
    get(key) {
      const value = young.get(key)
      if (value !== undefined) return value
      const survivor = old.get(key)
      if (survivor !== undefined) {
        old.delete(key)
        set(key, survivor)
      }
      return survivor
    },
    set,
  }
}
