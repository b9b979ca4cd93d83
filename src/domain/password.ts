import { ok, type Result, reject } from './result.ts'
import { type InvalidInput, invalidInput } from './violation.ts'

export const PASSWORD_LEAST_CHARACTERS = 8
export const PASSWORD_MOST_CHARACTERS = 128

/**
 * Whether a password may be chosen, as NIST SP 800-63B, section 3.1.1.2, has it: long enough, and not one of those that
 * are tried first. Which characters it has, and how old it is, does not matter.
 */
export function judgePassword(
  password: string,
  isCommon: (password: string) => boolean,
): Result<null, InvalidInput> {
  const violation = violationOf(password, isCommon)
  return violation ? reject(invalidInput([{ path: ['password'], ...violation }])) : ok(null)
}

function violationOf(password: string, isCommon: (password: string) => boolean) {
  const { length } = [...password]
  if (length < PASSWORD_LEAST_CHARACTERS) {
    return { code: 'too-short', message: `must have at least ${PASSWORD_LEAST_CHARACTERS} characters` }
  }
  if (length > PASSWORD_MOST_CHARACTERS) {
    return { code: 'too-long', message: `must have at most ${PASSWORD_MOST_CHARACTERS} characters` }
  }
  return isCommon(password)
    ? { code: 'too-common', message: 'is one of the passwords that are guessed first: take another' }
    : undefined
}
