import type { FastifyPluginAsync } from 'fastify'
import { portalRoot } from '../wire/root.ts'
import { issuerOf } from './access-token.ts'
import { SIGNING_ALGORITHMS, signingKeys } from './signing-keys.ts'

/** What says where a portal's tokens come from and what they are checked with: discovery documents and public keys. */
export const oauth2: FastifyPluginAsync = async (app) => {
  app.get('/oauth2/jwks', async ({ portal }) => ({ keys: (await signingKeys(portal)).map((key) => key.publicJwk) }))

  const discovery = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']
  for (const path of discovery.flatMap((path) => [path, `/oauth2${path}`])) {
    app.get(path, async (request) => {
      const issuer = issuerOf(portalRoot(request))
      return {
        issuer,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: SIGNING_ALGORITHMS,
      }
    })
  }
}
