import { sendSuccess } from '../../wire/success.ts'
import type { Operation } from '../operation.ts'
import { bodyResponses, success } from '../schemas.ts'
import { bindLogin, signedIn } from './login.ts'
import { secondStep } from './second-step.ts'
import { openSession } from './session.ts'
import { TAG } from './tag.ts'

const schema = {
  operationId: 'authenticateMe',
  summary: 'Authenticate a user',
  description: 'Signs somebody in with e-mail or id, and the password or its hash. Gives a token, or what to do next.',
  tags: [TAG],
  body: { $ref: 'AuthRequestsDto#' },
  response: { ...bodyResponses, 200: success('Authentication data', 'AuthenticationTokenWrapper') },
} as const

/** `POST authentication`. */
export const authenticateMe: Operation = (app) => {
  app.post('', { schema, config: { answersUnpaid: true, ignoresCredentials: true } }, async (request, reply) => {
    const login = bindLogin(request)
    const user = await signedIn(request, login)
    const factor = request.portal.store.secondFactors.find(user.id)
    const answer =
      factor === undefined
        ? openSession(request, reply, user, { sms: false, tfa: false, isSession: login.session ?? false })
        : secondStep(request, reply, user, factor)
    return sendSuccess(request, reply, answer)
  })
}
