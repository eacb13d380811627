import type { FastifyRequest } from 'fastify'
import { EmployeeType } from '../../domain/employee-type.ts'
import { READ_PORTAL } from '../../domain/scopes.ts'
import type { UserInfo } from '../../domain/user.ts'
import { createXSignature } from '../../domain/x-signature.ts'
import { toJson } from '../../wire/json.ts'
import { portalRoot } from '../../wire/root.ts'
import { sendSuccess } from '../../wire/success.ts'
import { callerOf } from '../caller.ts'
import type { Operation } from '../operation.ts'
import { commonResponses, forbidden, malformedToken, success, suspended, unauthorized } from '../schemas.ts'

const schema = {
  operationId: 'generateJwtToken',
  summary: 'Generate JWT token',
  description:
    'Returns the JSON Web Token that the identity service takes as `x-signature`, a cookie or a header: for the operations on OAuth2 clients. It holds for five minutes.',
  tags: ['Security / OAuth2'],
  response: {
    200: success('JWT token', 'StringWrapper'),
    400: malformedToken,
    401: unauthorized,
    403: forbidden,
    404: suspended,
    ...commonResponses,
  },
} as const

const CONTROLLER = 'ASC.Web.Api.Controllers.SecurityController'

/** `GET security/oauth2/token`: for everybody who may read the portal, guests included. */
export const generateJwtToken: Operation = (app) => {
  const config = { scopes: READ_PORTAL, controller: CONTROLLER }
  app.get('/security/oauth2/token', { schema, config, onRequest: app.gate }, (request, reply) =>
    sendSuccess(request, reply, toJson(signatureFor(request))),
  )
}

function signatureFor(request: FastifyRequest): string {
  const { portal } = request
  const { id, type } = callerOf(request)
  const info = portal.store.users.find(id)?.info ?? '{}'
  const { firstName = '', lastName = '', email = '' }: Partial<UserInfo> = JSON.parse(info)
  const subject = {
    userId: id,
    // the identity service takes nobody without a name
    userName: `${firstName} ${lastName}`.trim() || email,
    email,
    tenantId: portal.tenantId,
    root: portalRoot(request),
    isAdmin: type === EmployeeType.DocSpaceAdmin,
    isGuest: type === EmployeeType.Guest,
    // as long as the setting that keeps developer tools from users is off, and nobody can turn it on here
    isPublic: true,
  }
  return createXSignature(subject, portal.machineKey, portal.clock.now())
}
