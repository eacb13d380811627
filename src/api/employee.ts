import type { FastifyRequest } from 'fastify'
import type { UserInfo } from '../domain/user.ts'
import type { StoredUser } from '../store/users.ts'
import type { Employee } from '../wire/employee.ts'
import { portalRoot } from '../wire/root.ts'

/** Somebody of the portal, ready to be shown as the people service does it. */
export function employeeOf(request: FastifyRequest, { id, type, info }: StoredUser): Employee {
  const read: UserInfo = JSON.parse(info)
  return { info: read, type, isOwner: id === request.portal.ownerId, root: portalRoot(request) }
}
