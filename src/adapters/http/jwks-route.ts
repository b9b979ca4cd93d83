import { Type } from 'typebox'
import type { App } from './app-types.ts'
import { Answer } from './schemas/common.ts'
import { problemResponses } from './schemas/problem-responses.ts'
import type { TokenKeys } from './token-keys.ts'

const KeySet = Type.Object({
  keys: Type.Array(Type.Object({}, { additionalProperties: true }), {
    description: 'The public keys; none where tokens are signed with a secret.',
  }),
})

/** The keys by which others can check the tokens of this server (RFC 7517). */
export async function jwksRoute(app: App, { published }: Pick<TokenKeys, 'published'>): Promise<void> {
  const schema = {
    operationId: 'readKeys',
    tags: ['Operations'],
    summary: 'The keys that tokens are signed with',
    response: { 200: Answer('The keys.', KeySet), ...problemResponses({}) },
  }
  app.get('/.well-known/jwks.json', { config: { access: 'public' }, schema }, async (_request, reply) =>
    reply.send({ keys: [...published] }),
  )
}
