import type { FastifyReply, FastifyRequest } from 'fastify'
import { createConfirmationKey } from '../../domain/confirmation-key.ts'
import { sameSecret } from '../../domain/same-secret.ts'
import { isTotp } from '../../domain/totp.ts'
import type { UserInfo } from '../../domain/user.ts'
import type { Portal } from '../../store/portal.ts'
import type { SecondFactor } from '../../store/second-factors.ts'
import type { StoredUser } from '../../store/users.ts'
import { apiDateTime, unsetDateTime } from '../../wire/api-date-time.ts'
import { toJson } from '../../wire/json.ts'
import { cookiePath, portalRoot } from '../../wire/root.ts'

/** How long the code of an SMS is said to hold, in ms. */
const SMS_LIFETIME = 5 * 60 * 1000

/** What somebody who has given their password is told to do next. */
export function secondStep(
  request: FastifyRequest,
  reply: FastifyReply,
  user: StoredUser,
  { type, secret, activated }: SecondFactor,
): string {
  const confirmation = type === 'sms' ? 'PhoneAuth' : activated ? 'TfaAuth' : 'TfaActivation'
  const confirmUrl = `${portalRoot(request)}/confirm/${confirmation}?type=${confirmation}&uid=${user.id}`
  if (type === 'sms') {
    const expires = apiDateTime(request.portal.clock.now() + SMS_LIFETIME)
    return toJson({ expires, sms: true, phoneNoise: phoneNoise(user), tfa: false, confirmUrl })
  }
  const { portal } = request
  const key = createConfirmationKey(user.id + confirmation, portal, portal.clock.now())
  const cookie = `asc_confirm_key_${confirmation}=${key}; path=${cookiePath(request)}; samesite=strict; httponly`
  reply.header('set-cookie', cookie)
  const tfaKey = activated ? undefined : secret
  return toJson({ expires: unsetDateTime(request.profile.dates), sms: false, tfa: true, tfaKey, confirmUrl })
}

/** Whether a code is the one that somebody was asked for. */
export async function isCode(code: string, factor: SecondFactor, { clock }: Portal): Promise<boolean> {
  return factor.type === 'sms' ? sameSecret(code, factor.secret) : isTotp(code, factor.secret, clock.now())
}

/** The number that the SMS goes to, as far as everybody may know it. */
function phoneNoise({ info }: StoredUser): string | undefined {
  const { mobilePhone }: UserInfo = JSON.parse(info)
  return mobilePhone?.replace(/(?<=\d{4})\d(?=\d{2})/g, '*')
}
