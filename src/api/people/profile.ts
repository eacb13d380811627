import type { FastifyRequest } from 'fastify'
import { isAdmin, type Member } from '../../domain/permissions.ts'
import type { StoredUser } from '../../store/users.ts'
import { type EmployeeDetails, employee, employeeFull } from '../../wire/employee.ts'
import { toJson } from '../../wire/json.ts'
import { employeeOf } from '../employee.ts'

/** The tag that DocSpace's document puts these operations under. */
export const TAG = 'People / Profiles'

/** Somebody's profile as it is shown to a viewer: admins see who made the account. */
export function profileResponse(
  request: FastifyRequest,
  user: StoredUser,
  viewer: Member,
  details: EmployeeDetails = {},
): string {
  const person = employeeOf(request, user)
  const { store } = request.portal
  const creator = person.info.createdBy === undefined ? undefined : store.users.find(person.info.createdBy)
  const forAdmins: EmployeeDetails = {
    usedSpace: 0,
    ...(creator && { createdBy: employee(employeeOf(request, creator)) }),
    ...(store.secondFactors.find(user.id)?.type === 'app' && { tfaAppEnabled: true }),
  }
  return toJson(employeeFull(person, { ...(isAdmin(viewer) && forAdmins), ...details }))
}
