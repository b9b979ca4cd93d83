import { z } from 'zod'
import type { OutsideIssuer } from '../adapters/jose/outside-tokens.ts'

const url = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))

const issuers = z
  .array(
    z.strictObject({
      issuer: z.string().min(1).max(500),
      audience: z.string().min(1),
      jwks_uri: url,
      roles_claim: z.string().min(1).default('roles'),
      roles: z.record(z.string(), z.enum(['customer', 'provider'])).default({}),
    }),
  )
  .max(20)
  .refine((list) => new Set(list.map(({ issuer }) => issuer)).size === list.length)

const EXPECTED =
  'must be a JSON list such as [{"issuer": "https://login.example.com/", "audience": "slotwright", "jwks_uri": "https://login.example.com/jwks.json"}]; each may have roles_claim and roles, whose values are customer or provider'

/** Reads JWT_ISSUERS. */
export function readOutsideIssuers(text: string, context: z.RefinementCtx): readonly OutsideIssuer[] {
  const parsed = issuers.safeParse(jsonOf(text))
  if (!parsed.success) {
    context.addIssue({ code: 'custom', message: EXPECTED })
    return []
  }
  return parsed.data.map(({ jwks_uri, roles_claim, ...one }) => ({
    ...one,
    jwksUri: jwks_uri,
    rolesClaim: roles_claim.split('.'),
  }))
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
