import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { requestRoot } from '../wire/root.ts'
import { currentClaims } from './current-claims.ts'
import { formOf } from './form.ts'
import { activePerson, personClaims } from './people.ts'

const BEARER = /^Bearer +(\S+)$/i

/**
 * `/oauth2/userinfo`: whom an access token speaks for. It takes the tokens that DocSpace's API takes, which the
 * provider's own endpoint doesn't, as they are for the API.
 */
export const userinfo = fp(
  async (app) => {
    app.route({
      method: ['GET', 'POST'],
      url: '/oauth2/userinfo',
      config: { identityService: true },
      handler: async (request, reply) => {
        reply.header('cache-control', 'no-store')
        const token = tokenOf(request)
        if (token === undefined) return challenge(request, reply, 401)
        const claims = await currentClaims(token, { portal: request.portal, root: requestRoot(request) })
        const person = claims === null ? undefined : activePerson(request.portal, String(claims.sub))
        if (claims === null || person === undefined) return challenge(request, reply, 401, 'invalid_token')
        if (![claims.scope].flat().includes('openid')) return challenge(request, reply, 403, 'insufficient_scope')
        return personClaims(person)
      },
    })
  },
  { name: 'userinfo' },
)

function tokenOf(request: FastifyRequest): string | undefined {
  return BEARER.exec(request.headers.authorization ?? '')?.[1] ?? formOf(request).get('access_token') ?? undefined
}

const descriptions = {
  invalid_token: 'the access token is expired, revoked, malformed, or not of this portal',
  insufficient_scope: 'the access token has no scope openid',
}

function challenge(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  error?: keyof typeof descriptions,
): FastifyReply {
  request.refusal = error === undefined ? 'no access token was sent' : descriptions[error]
  if (error === undefined) return reply.code(status).header('www-authenticate', 'Bearer').send()
  const description = descriptions[error]
  const scope = error === 'insufficient_scope' ? ', scope="openid"' : ''
  return reply
    .code(status)
    .header('www-authenticate', `Bearer error="${error}", error_description="${description}"${scope}`)
    .send({ error, error_description: description })
}
