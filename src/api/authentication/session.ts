import type { FastifyReply, FastifyRequest } from 'fastify'
import { SESSION_COOKIE } from '../../auth/credentials.ts'
import { signIn } from '../../auth/mint.ts'
import { SESSION_LIFETIME } from '../../domain/session-token.ts'
import type { StoredUser } from '../../store/users.ts'
import { apiDateTime, unsetDateTime } from '../../wire/api-date-time.ts'
import { toJson } from '../../wire/json.ts'
import { addressedUrl, cookiePath } from '../../wire/root.ts'

/** Which steps a sign-in took besides the password. */
export interface Steps {
  sms: boolean
  tfa: boolean
}

/**
 * Signs somebody in: keeps the event, and gives the token as a cookie too.
 *
 * @param isSession whether the cookie is to go with the browser's session; the token itself holds as long as ever
 * @returns the answer
 */
export function openSession(
  request: FastifyRequest,
  reply: FastifyReply,
  { id }: StoredUser,
  { sms, tfa, isSession }: Steps & { isSession: boolean },
): string {
  const { portal } = request
  const now = portal.clock.now()
  const token = signIn(portal, id)
  const expires = now + SESSION_LIFETIME
  reply.header('set-cookie', sessionCookie(request, token, isSession ? null : expires))
  return toJson({
    token,
    expires: isSession ? unsetDateTime(request.profile.dates) : apiDateTime(expires),
    sms,
    tfa,
  })
}

function sessionCookie(request: FastifyRequest, token: string, expires: number | null): string {
  return [
    `${SESSION_COOKIE}=${encodeURIComponent(token)}`,
    ...(expires === null ? [] : [`expires=${new Date(expires).toUTCString()}`]),
    ...foreignDomain(request),
    `path=${cookiePath(request)}`,
    ...(request.protocol === 'https' ? ['secure'] : []),
    'samesite=strict',
    'httponly',
  ].join('; ')
}

/** A page on another host of the portal's domain gets a cookie for all of them. */
function foreignDomain(request: FastifyRequest): string[] {
  const { alias, settings } = request.portal
  const domain = settings.mappedDomain ?? alias
  const { hostname } = URL.parse(request.headers.origin ?? '') ?? {}
  const isForeign = hostname !== undefined && hostname !== addressedUrl(request).hostname
  return isForeign && hostname.endsWith(`.${domain}`) ? [`domain=.${domain}`] : []
}
