import { sendSuccess } from '../../wire/success.ts'
import type { Operation } from '../operation.ts'
import { bodyResponses, success } from '../schemas.ts'
import { bindLogin, signedIn } from './login.ts'
import { isCode } from './second-step.ts'
import { openSession } from './session.ts'
import { TAG } from './tag.ts'

const schema = {
  operationId: 'authenticateMeFromBodyWithCode',
  summary: 'Authenticate a user by code',
  description:
    'The second step: the login again, with the code of the authenticator app or of the SMS. The code in the path is ignored.',
  tags: [TAG],
  params: { type: 'object', required: ['code'], properties: { code: { type: 'string', example: '123456' } } },
  body: { $ref: 'AuthRequestsDto#' },
  response: { ...bodyResponses, 200: success('Authentication data', 'AuthenticationTokenWrapper') },
} as const

/** `POST authentication/{code}`. */
export const authenticateMeFromBodyWithCode: Operation = (app) => {
  app.post('/:code', { schema, config: { answersUnpaid: true, ignoresCredentials: true } }, async (request, reply) => {
    const login = bindLogin(request)
    const { portal } = request
    const { secondFactors } = portal.store
    const user = await signedIn(request, login, async ({ id, email }) => {
      const factor = secondFactors.find(id)
      if (factor === undefined) return `${email} has no second factor: POST authentication signs in`
      const code = login.code?.trim() ?? ''
      if (code === '') return 'code is missing in the body, where it has to be besides the path'
      return (await isCode(code, factor, portal))
        ? null
        : `wrong code for ${email}, whose second factor is ${factor.type}`
    })
    const factor = secondFactors.find(user.id)
    const isSms = factor?.type === 'sms'
    const isSession = login.session ?? false
    const answer = openSession(request, reply, user, { sms: isSms, tfa: !isSms, isSession })
    // an app that was set up before has the server sign in twice, with a cookie each
    if (factor?.type === 'app' && factor.activated) reply.header('set-cookie', reply.getHeader('set-cookie'))
    else if (factor !== undefined) secondFactors.put({ ...factor, activated: true })
    return sendSuccess(request, reply, answer)
  })
}
