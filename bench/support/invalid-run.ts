/** What was measured is not what was to be measured. */
export class InvalidRun extends Error {
  override readonly name = 'InvalidRun'
}

/** @throws InvalidRun with those of the reasons that are given */
export function refuse(...reasons: readonly (string | false)[]): void {
  const given = reasons.filter((reason) => reason !== false)
  if (given.length > 0) throw new InvalidRun(given.join('; '))
}
