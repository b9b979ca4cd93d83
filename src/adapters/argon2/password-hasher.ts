import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import { verify as verifyBcrypt } from '@node-rs/bcrypt'
import type { PasswordHasher } from '../../application/ports/password-hasher.ts'
import { type BoundedOptions, bounded } from './bounded.ts'

/** OWASP's Password Storage Cheat Sheet: Argon2id, 19 MiB, two passes, one lane. */
const PARAMETERS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
const CURRENT = '$argon2id$v=19$m=19456,t=2,p=1$'

/** A core is left to bookings; more than two at once would only take memory; more waiting would wait for two seconds. */
const LIMITS: BoundedOptions = { atOnce: Math.max(1, Math.min(2, availableParallelism() - 1)), waiting: 40 }

/** As other systems have made them: https://www.npmjs.com/package/bcrypt#hash-info */
const BCRYPT = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/
const ARGON2 = /^\$argon2(id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[\w+/-]+\$[\w+/-]+$/

/** Argon2id; hashes that were imported from bcrypt are good as well. */
export function argon2Hasher(limits: BoundedOptions = LIMITS): PasswordHasher {
  const inTurn = bounded(limits)
  // What an unknown account is checked against: the work is the same, and no password fits.
  const decoy = hash(crypto.randomUUID(), PARAMETERS)
  return {
    hash: (password) => inTurn(() => hash(password, PARAMETERS)),

    verify: (password, known) =>
      inTurn(async () => {
        if (known !== null && BCRYPT.test(known)) return verifyBcrypt(password, known)
        const isHash = known !== null && ARGON2.test(known)
        return (await verify(isHash ? known : await decoy, password)) && isHash
      }),

    isOutdated: (known) => !known.startsWith(CURRENT),
  }
}
