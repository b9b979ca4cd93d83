/** Random choices that a seed determines. */
export interface Random {
  /** From 0 to 1, exclusive. */
  next(): number
  /** A whole number from 0 to `count`, exclusive. */
  below(count: number): number
  /** True in so many of a hundred cases. */
  percent(share: number): boolean
  /** One of them; undefined where there is none. */
  pick<T>(choices: readonly T[]): T | undefined
}

/** Mulberry32 (Tommy Ettinger): 32 bits of state are enough to mix a load, and quick. */
export function randomOf(seed: number, stream: number): Random {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) | 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(next() * count)
  return {
    next,
    below,
    percent: (share) => next() * 100 < share,
    pick: (choices) => choices[below(choices.length)],
  }
}
