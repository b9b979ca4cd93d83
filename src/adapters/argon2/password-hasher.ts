import { hash, verify } from '@node-rs/argon2'
import type { PasswordHasher } from '../../application/ports/password-hasher.ts'

/** OWASP's Password Storage Cheat Sheet: Argon2id, 19 MiB, two passes, one lane. */
const PARAMETERS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Hashes at once: more would only take the cores and the memory away from bookings. */
const MOST_AT_ONCE = 2

/** Argon2id; whoever comes while two hashes are being made waits its turn. */
export function argon2Hasher(): PasswordHasher {
  const inTurn = limiter(MOST_AT_ONCE)
  // What an unknown account is checked against: the work is the same, and no password fits.
  const decoy = hash(crypto.randomUUID(), PARAMETERS)
  return {
    hash: (password) => inTurn(() => hash(password, PARAMETERS)),
    verify: (password, known) =>
      inTurn(async () => (await verify(known ?? (await decoy), password)) && known !== null),
  }
}

function limiter(most: number) {
  const waiting: (() => void)[] = []
  let running = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
