import { z } from 'zod'

/** Half a surrogate pair or a NUL byte can be kept nowhere. */
const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((given) => given.isWellFormed() && !given.includes('\0'))

/** What is missing, or is not what it should be, was not said. */
const orNull = <T>(schema: z.ZodType<T>) => schema.nullable().catch(null)

/** Beyond the year 9999 nobody's clock reads. */
const seconds = z.number().min(0).max(253_402_300_799)

const claims = z.object({
  sub: text(255),
  iat: orNull(seconds),
  exp: seconds,
  email: orNull(z.email().max(254)),
  email_verified: orNull(z.literal(true)),
  given_name: orNull(text(200)),
  family_name: orNull(text(200)),
  name: orNull(text(200)),
  zoneinfo: orNull(text(64)),
})

/** What a verified token says of its subject (OpenID Connect Core, section 5.1); null without a subject that can be kept. */
export function readClaims(payload: object): z.output<typeof claims> | null {
  const read = claims.safeParse(payload)
  return read.success ? read.data : null
}
