import type { FastifyRequest } from 'fastify'
import { SESSION_COOKIE } from '../../auth/credentials.ts'
import { DomainError } from '../../domain/errors.ts'
import { READ_SELF } from '../../domain/scopes.ts'
import { readSessionToken } from '../../domain/session-token.ts'
import { readCookie } from '../../wire/cookies.ts'
import { sendSuccess } from '../../wire/success.ts'
import { callerOf } from '../caller.ts'
import type { Operation } from '../operation.ts'
import { commonResponses, forbidden, malformedToken, success, suspended, unauthorized } from '../schemas.ts'
import { profileResponse, TAG } from './profile.ts'

const schema = {
  operationId: 'getSelfProfile',
  summary: 'Get my profile',
  description: 'Returns the profile of whoever is calling.',
  tags: [TAG],
  response: {
    200: success('Profile', 'EmployeeFullWrapper'),
    400: malformedToken,
    401: unauthorized,
    403: forbidden,
    404: suspended,
    ...commonResponses,
  },
} as const

/** `GET people/@self`. */
export const getSelfProfile: Operation = (app) => {
  app.get('/@self', { schema, config: { scopes: READ_SELF }, onRequest: app.gate }, (request, reply) => {
    const caller = callerOf(request)
    const user = request.portal.store.users.find(caller.id)
    if (user === undefined) throw new DomainError('userNotFound', `${caller.email} was removed meanwhile`)
    const details = {
      theme: 'System',
      usedSpace: 0,
      loginEventId: loginEventOf(request),
      hasPersonalFolder: true,
    } as const
    return sendSuccess(request, reply, profileResponse(request, user, caller, details))
  })
}

/** The sign-in that gave the cookie; 0: none. */
function loginEventOf({ headers, portal }: FastifyRequest): number {
  const cookie = readCookie(headers.cookie, SESSION_COOKIE)
  return (cookie && readSessionToken(cookie, portal.machineKey)?.loginEventId) || 0
}
