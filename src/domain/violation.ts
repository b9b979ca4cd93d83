/** One thing that is wrong with what was asked for, so that all of them can be told at once. */
export interface Violation {
  /** Where: the names and positions that lead to the value, as `['weeklyHours', 'monday', 1]`. */
  readonly path: readonly (string | number)[]
  readonly code: string
  readonly message: string
}

export interface InvalidInput {
  readonly code: 'invalid-input'
  readonly violations: readonly Violation[]
}

export const invalidInput = (violations: readonly Violation[]): InvalidInput => ({
  code: 'invalid-input',
  violations,
})
