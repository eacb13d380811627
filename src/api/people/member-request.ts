import type { FastifyRequest } from 'fastify'
import { anything, employeeType, flag, guid, optionalFlag, text } from '../../wire/json-members.ts'
import type { ValidationErrors } from '../../wire/problem.ts'
import { type BodyOf, bindBody, refuseInvalid } from '../body.ts'

const shape = {
  netType: 'ASC.People.ApiModels.RequestDto.MemberRequestDto',
  members: {
    email: text,
    firstName: text,
    lastName: text,
    type: employeeType,
    password: text,
    passwordHash: text,
    location: text,
    comment: text,
    files: text,
    key: text,
    cultureName: text,
    fromInviteLink: flag,
    isUser: optionalFlag,
    spam: optionalFlag,
    department: anything,
    target: guid,
    contacts: anything,
  },
} as const

/** Whoever is to be added. */
export type MemberRequest = BodyOf<typeof shape>

/** The members that are read. */
export const MEMBERS = Object.keys(shape.members)

const MAX_LENGTH = 255

/** Reads whom to add, and refuses what could be nobody. */
export function bindMember(request: FastifyRequest): MemberRequest {
  const body = bindBody(request, shape)
  const errors: ValidationErrors = {}
  for (const [name, value] of [
    ['Email', body.email],
    ['FirstName', body.firstName],
    ['LastName', body.lastName],
  ] as const) {
    const messages = [
      ...(name === 'Email' && value != null && !isEmail(value)
        ? ['The Email field is not a valid e-mail address.']
        : []),
      ...((value?.length ?? 0) > MAX_LENGTH
        ? [`The field ${name} must be a string with a maximum length of ${MAX_LENGTH}.`]
        : []),
    ]
    if (messages.length > 0) errors[name] = messages
  }
  refuseInvalid(errors)
  return body
}

/** As .NET looks at one: a single @, neither first nor last. */
function isEmail(value: string): boolean {
  const at = value.indexOf('@')
  return at > 0 && at === value.lastIndexOf('@') && at < value.length - 1 && !/[\r\n]/.test(value)
}
