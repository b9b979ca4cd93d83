import type { Result } from '../../domain/result.ts'

/** More passwords are waiting to be hashed than can be in good time. */
export interface TooManyPasswords {
  readonly code: 'too-many-passwords'
}

/** Turns passwords into hashes that are expensive to guess from; only so many at once, so that all else goes on. */
export interface PasswordHasher {
  /** A self-describing hash with its own salt. */
  hash(password: string): Promise<Result<string, TooManyPasswords>>
  /**
   * Whether the hash was made of this password, by this hasher or by the one before it (bcrypt). Without a hash, or with
   * something that is none, it takes as long as with one and says no, so that an unknown account cannot be told
   * from a wrong password.
   */
  verify(password: string, hash: string | null): Promise<Result<boolean, TooManyPasswords>>
  /** Whether a hash is of another kind, or cheaper to guess from, than those that are made today. */
  isOutdated(hash: string): boolean
}
