import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { requestRoot } from '../wire/root.ts'
import { currentClaims } from './current-claims.ts'
import { formOf } from './form.ts'
import { inOneSecond, portalTime } from './portal-time.ts'
import type { MountedProvider } from './providers.ts'

/**
 * `/oauth2/introspect`: whether a token counts, and what it says. As with the real server, who asks needs no
 * credentials; and access tokens are told by what they say, which the provider's own endpoint refuses to read.
 */
export const introspection = fp<{
  providerOf: (request: FastifyRequest) => Promise<MountedProvider>
}>(async (app, { providerOf }) => {
  app.post('/oauth2/introspect', { config: { identityService: true } }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const tokens = formOf(request).getAll('token')
    const [token = ''] = tokens
    if (token === '' || tokens.length > 1) {
      const description =
        tokens.length > 1 ? "'token' must not be provided twice" : "missing required parameter 'token'"
      request.refusal = description
      return reply.code(400).send({ error: 'invalid_request', error_description: description })
    }
    const said =
      (await accessToken(token, request)) ??
      (await inOneSecond(request.portal, async () => refreshToken(token, request, await providerOf(request))))
    return said === null ? { active: false } : { active: true, ...said }
  })
})

async function accessToken(token: string, request: FastifyRequest): Promise<object | null> {
  const claims = await currentClaims(token, { portal: request.portal, root: requestRoot(request) })
  if (claims === null) return null
  const { aud, scope, cid } = claims
  // the other way round than in the token: audiences are a list here, scopes one text (operations §9)
  return { ...claims, aud: [aud].flat(), scope: [scope].flat().join(' '), client_id: cid, token_type: 'Bearer' }
}

async function refreshToken(
  value: string,
  { portal }: FastifyRequest,
  { provider }: MountedProvider,
): Promise<object | null> {
  const token = await provider.RefreshToken.find(value)
  if (token === undefined || !token.isValid) return null
  const grant = token.grantId === undefined ? undefined : await provider.Grant.find(token.grantId)
  if (grant === undefined) return null
  const { accountId: sub, clientId: client_id, scope, exp, iat } = token
  return portalTime(portal).toPortal({ sub, client_id, scope, exp, iat, iss: provider.issuer })
}
