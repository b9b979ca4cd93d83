/** Turns passwords into hashes that are expensive to guess from. */
export interface PasswordHasher {
  /** A self-describing hash with its own salt. */
  hash(password: string): Promise<string>
  /**
   * Whether the hash was made of this password. Without a hash it takes as long as with one and says no, so that
   * an unknown account cannot be told from a wrong password.
   */
  verify(password: string, hash: string | null): Promise<boolean>
}
