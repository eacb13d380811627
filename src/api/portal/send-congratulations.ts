import type { FastifyRequest } from 'fastify'
import { checkConfirmationKey, congratulationsSubject } from '../../domain/confirmation-key.ts'
import {
  CONGRATULATIONS_INTERVAL,
  congratulationsLinkType,
  congratulationsMessage,
  congratulationsNotification,
} from '../../domain/congratulations.ts'
import { DomainError } from '../../domain/errors.ts'
import type { UserInfo } from '../../domain/user.ts'
import { logFailure } from '../../store/log-failure.ts'
import { portalRoot } from '../../wire/root.ts'
import { sendSuccess } from '../../wire/success.ts'
import { bindQueryGuid, bindQueryText } from '../binding.ts'
import type { Operation } from '../operation.ts'
import { badRequest, commonResponses, forbidden, success, suspended } from '../schemas.ts'
import { confirmShortLink } from './confirm-short-link.ts'
import { whyMissing, whyNoKeyFor } from './congratulations-mistake.ts'
import { TAG } from './tag.ts'

const schema = {
  operationId: 'sendCongratulations',
  summary: 'Send congratulations',
  description: 'Sends congratulations to the user after registering a portal.',
  tags: [TAG],
  querystring: {
    type: 'object',
    required: ['Userid', 'Key'],
    properties: {
      Userid: {
        type: 'string',
        format: 'uuid',
        description: 'The user ID to receive the congratulatory message.',
        example: 'aae1e103-bca5-9fa1-ba8c-42058b4abf28',
      },
      Key: {
        type: 'string',
        // a blank one is none, which the real server answers with 400
        pattern: '\\S',
        description: 'The confirmation key for that user.',
        example: 'birthday',
      },
    },
  },
  response: {
    200: success('Ok', 'EmptyWrapper'),
    400: badRequest,
    403: forbidden,
    404: suspended,
    ...commonResponses,
  },
} as const

/** `POST sendcongratulations`. Open to everybody who has a key for that user, which is good for an hour. */
export const sendCongratulations: Operation = (app) => {
  app.post('/sendcongratulations', { schema, config: { ignoresCredentials: true } }, (request, reply) => {
    const { portal, profile } = request
    const userId = bindQueryGuid(request, 'Userid')
    const key = bindQueryText(request, 'Key')
    if (key === null) throw new DomainError(profile.missingKey, whyMissing(request, 'Key'), 'key')
    const subject = congratulationsSubject(userId)
    const validity = checkConfirmationKey(key, subject, portal, portal.clock.now(), CONGRATULATIONS_INTERVAL)
    if (validity !== 'ok') throw new DomainError('accessDenied', whyNoKeyFor(request, userId, key))
    try {
      congratulate(request, userId)
    } catch (error) {
      // like the server, which keeps failures of its mailer to itself
      logFailure(request.log, error as Error)
    }
    return sendSuccess(request, reply)
  })
}

/** Leaves what the server leaves. A user who doesn't exist counts as not activated, and gets no e-mail. */
function congratulate(request: FastifyRequest, userId: string): void {
  const { portal, server } = request
  const { store, clock, settings } = portal
  const portalUrl = portalRoot(request)
  const posted = store.transaction(() => {
    const user = store.users.find(userId)
    const info: UserInfo | undefined = user && JSON.parse(user.info)
    const type = congratulationsLinkType(settings.edition, info?.isActive ?? false)
    if (type === 'EmailActivation') store.webstudioSettings.markFirstEmailConfirm()
    const link = type && { type, url: confirmShortLink(portal, portalUrl, type, info) }
    if (info === undefined) return null
    const name = `${info.firstName} ${info.lastName}`.trim()
    const mail = {
      at: clock.now(),
      action: congratulationsNotification(settings.edition),
      userId,
      from: server.mailer.from,
      email: info.email,
      message: congratulationsMessage({ edition: settings.edition, name, portalUrl, link }),
    }
    return { id: store.outbox.add(mail), mail }
  })
  if (posted !== null) server.mailer.post(portal, posted.id, posted.mail)
}
