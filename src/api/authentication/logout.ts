import { SESSION_COOKIE } from '../../auth/credentials.ts'
import { loginEventOf, takenCookies } from '../../auth/session-token.ts'
import { readSessionToken } from '../../domain/session-token.ts'
import { readCookie } from '../../wire/cookies.ts'
import { sendSuccess } from '../../wire/success.ts'
import type { Operation } from '../operation.ts'
import { anonymousResponses, success } from '../schemas.ts'
import { TAG } from './tag.ts'

const schema = {
  operationId: 'logout',
  summary: 'Log out',
  description: 'Ends the sign-in that gave the cookie, and takes the cookie away.',
  tags: [TAG],
  response: { ...anonymousResponses, 200: success('OK', 'EmptyWrapper') },
} as const

/** `POST authentication/logout`. Whoever calls, all is well; only the cookie's sign-in ends. */
export const logout: Operation = (app) => {
  app.post('/logout', { schema, config: { answersUnpaid: true } }, (request, reply) => {
    const { portal, headers } = request
    const cookie = readCookie(headers.cookie, SESSION_COOKIE)
    const token = cookie ? readSessionToken(cookie, portal.machineKey) : null
    const isOurs = token !== null && token.tenantId === portal.tenantId
    const event = isOurs ? loginEventOf(token, portal) : undefined
    if (event !== undefined) portal.store.loginEvents.end(event.id)
    const taken = takenCookies(request)
    if (taken.length > 0) reply.removeHeader('set-cookie').header('set-cookie', taken)
    return sendSuccess(request, reply)
  })
}
