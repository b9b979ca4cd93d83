import { readFileSync } from 'node:fs'
import type { IsCommonPassword } from '../../application/ports/common-passwords.ts'

/**
 * The 10,000 most common passwords of eight characters or more, the most common first. They are the first such of the list
 * `passwords` of the npm package @zxcvbn-ts/language-common 4.1.3 (MIT, see common-passwords.license.txt), which has them by
 * how often they occur in passwords that have leaked.
 */
const FILE = new URL('./common-passwords.txt', import.meta.url)

/** Reads the list once. */
export function commonPasswords(): IsCommonPassword {
  const common = new Set(readFileSync(FILE, 'utf8').trimEnd().split('\n'))
  return (password) => common.has(password.toLowerCase())
}
