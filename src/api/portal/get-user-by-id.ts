import { inWords } from '../../auth/caller.ts'
import { EmployeeType } from '../../domain/employee-type.ts'
import { DomainError } from '../../domain/errors.ts'
import { parseGuid } from '../../domain/guid.ts'
import { type Member, mayView } from '../../domain/permissions.ts'
import { READ_PORTAL } from '../../domain/scopes.ts'
import { sendSuccess } from '../../wire/success.ts'
import { userResponse } from '../../wire/user.ts'
import { bindUserId } from '../binding.ts'
import { callerOf } from '../caller.ts'
import type { Operation } from '../operation.ts'
import { commonResponses, forbidden, malformedToken, notFound, success, unauthorized } from '../schemas.ts'
import { TAG } from './tag.ts'

const schema = {
  operationId: 'getUserById',
  summary: 'Get a user by ID',
  description: 'Returns a user with the ID specified in the request from the current portal.',
  tags: [TAG],
  params: {
    type: 'object',
    required: ['userID'],
    properties: {
      userID: {
        type: 'string',
        format: 'uuid',
        description: 'The user ID.',
        example: 'aae1e103-bca5-9fa1-ba8c-42058b4abf28',
      },
    },
  },
  response: {
    200: success('User information', 'UserInfoWrapper'),
    400: malformedToken,
    401: unauthorized,
    403: forbidden,
    404: notFound('The user could not be found'),
    ...commonResponses,
  },
} as const

function visibleUsers({ type }: Member): string {
  if (type === EmployeeType.RoomAdmin) return 'a RoomAdmin sees only the guests they invited'
  return 'users and guests see only themselves'
}

/** `GET users/{userID}`. Whether the caller may look is decided before whether there is anybody to look at. */
export const getUserById: Operation = (app) => {
  app.get(
    '/users/:userID',
    {
      schema,
      config: { scopes: READ_PORTAL },
      onRequest: [
        // the real route takes only GUIDs: all else is an unknown path, to anybody
        ({ params }, reply, done) => (parseGuid(params.userID) === null ? reply.callNotFound() : done()),
        app.gate,
      ],
    },
    (request, reply) => {
      const id = bindUserId(request, request.params.userID)
      const caller = callerOf(request)
      const { users } = request.portal.store
      const user = users.find(id)
      if (!mayView(caller, { id, type: user?.type }, () => users.hasInvited(caller.id, id))) {
        throw new DomainError(
          'accessDenied',
          `${inWords(caller)} may not see ${user?.email ?? id}: ${visibleUsers(caller)}`,
        )
      }
      if (user === undefined) throw new DomainError('userNotFound', `no user has the id ${id}`)
      return sendSuccess(request, reply, userResponse(user.info, request.profile.dates))
    },
  )
}
