const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

const varianceOf = (values: readonly number[]) => {
  const mean = meanOf(values)
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}

/**
 * How far apart the means of two samples are, in standard errors (Welch, 1947): from 4.5 on it is no chance, as in the
 * test vector leakage assessment of Goodwill and others, 2011.
 */
export const welchT = (left: readonly number[], right: readonly number[]): number =>
  (meanOf(left) - meanOf(right)) /
  Math.sqrt(varianceOf(left) / left.length + varianceOf(right) / right.length)

/** The fastest nine tenths: what the machine does besides is in the slowest. */
export const withoutSlowest = (values: readonly number[]): readonly number[] =>
  values.toSorted((left, right) => left - right).slice(0, Math.ceil(values.length * 0.9))
