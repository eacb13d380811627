import type { FastifyRequest } from 'fastify'
import { type Caller, inWords, typeName, whyInactive } from '../../auth/caller.ts'
import { type Confirmation, confirmationVerdict, readConfirmation, whyNoInvitation } from '../../auth/confirm.ts'
import { NO_CALLER } from '../../auth/decision.ts'
import { checkInvitation } from '../../auth/invitation.ts'
import { invitationMistake, otherRole } from '../../auth/invitation-mistake.ts'
import { hashPassword } from '../../auth/passwords.ts'
import { EmployeeType } from '../../domain/employee-type.ts'
import { DomainError } from '../../domain/errors.ts'
import { storedPasswordHash } from '../../domain/password.ts'
import { isAdmin, mayInvite } from '../../domain/permissions.ts'
import { randomGuid } from '../../domain/random-guid.ts'
import { EmployeeActivationStatus, EmployeeStatus, type User } from '../../domain/user.ts'
import { utcDate } from '../../domain/utc-date.ts'
import { EmptyRefusal } from '../../wire/refusals.ts'
import { sendSuccess } from '../../wire/success.ts'
import { whyNotInvited } from '../may-invite.ts'
import { missingMember } from '../missing-member.ts'
import type { Operation } from '../operation.ts'
import { bodyResponses, success, unauthorizedOrError } from '../schemas.ts'
import { bindMember, MEMBERS, type MemberRequest } from './member-request.ts'
import { profileResponse, TAG } from './profile.ts'

const schema = {
  operationId: 'addMember',
  summary: 'Add a user',
  description: 'Adds somebody: by an invitation, whose query is the header `confirm`, or in the name of the caller.',
  tags: [TAG],
  headers: {
    type: 'object',
    properties: {
      confirm: { type: 'string', description: "The query of an invitation's link.", example: 'type=LinkInvite' },
    },
  },
  body: { $ref: 'MemberRequestDto#' },
  response: {
    ...bodyResponses,
    200: success('The profile of whoever was added', 'EmployeeFullWrapper'),
    401: unauthorizedOrError,
  },
} as const

/** `POST people`: joining by a link, and adding others. */
export const addMember: Operation = (app) => {
  app.post('', { schema, config: { confirms: true }, onRequest: refuseUnconfirmed }, async (request, reply) => {
    const confirmation = confirmationOf(request)
    const actor = actorOf(request, confirmation)
    const body = bindMember(request)
    const { portal } = request
    // the rules and the writing below must not be parted by waiting
    const clientHash = body.passwordHash || (body.password ? await hashPassword(body.password, portal) : null)
    const type = requireAllowed(request, body, confirmation, actor)
    const user = newMember(request, body, { type, createdBy: confirmation?.inviterId ?? actor.id })
    const { store } = portal
    store.transaction(() => {
      if (!store.users.takeMember()) throw new DomainError('accessDenied', FULL)
      const passwordHash = clientHash === null ? undefined : storedPasswordHash(clientHash, user.id, portal.machineKey)
      store.users.insert(user, passwordHash === undefined ? {} : { passwordHash })
      if (user.createdBy !== undefined && store.users.find(user.createdBy)) {
        store.users.addInvitedGuest(user.createdBy, user.id)
      }
      if (body.fromInviteLink && confirmation) useLink(request, body.key ?? '', confirmation)
    })
    const added = store.users.find(user.id)
    return sendSuccess(request, reply, added && profileResponse(request, added, actor))
  })
}

const FULL = 'the portal has reached its limit of users added by clients; reset the portal'

/** In whose name a user is added. */
type Actor = Pick<Caller, 'id' | 'type' | 'isOwner' | 'email'>

/** The guard of this operation: a link that doesn't hold lets nobody in, however good their credential is. */
async function refuseUnconfirmed(request: FastifyRequest): Promise<void> {
  const confirmation = readConfirmation(request)
  if (confirmation !== null && 'refused' in confirmation) throw new EmptyRefusal(401, confirmation.refused)
  if (confirmation === null && request.caller === null) throw new EmptyRefusal(401, whyNoActor(request))
}

function whyNoActor(request: FastifyRequest): string {
  const hasCredential = (request.decisions ?? []).length > 0
  return whyNoInvitation(request) ?? (hasCredential ? NO_CALLER : NOTHING_SENT)
}

const NOTHING_SENT = "neither a credential nor the header confirm, which takes the query of an invitation's link"

function confirmationOf(request: FastifyRequest): Confirmation | null {
  const confirmation = readConfirmation(request)
  return confirmation === null || 'refused' in confirmation ? null : confirmation
}

/** In whose name somebody is added: the caller's, else that of whoever made the link. */
function actorOf({ caller, portal }: FastifyRequest, confirmation: Confirmation | null): Actor {
  if (caller !== null) return caller
  const inviter = portal.store.users.find(confirmation?.inviterId ?? '')
  if (inviter === undefined) throw new DomainError('accountDisabled', 'the inviter was removed')
  const { id, type, email } = inviter
  if (inviter.status !== EmployeeStatus.Active)
    throw new DomainError('accountDisabled', `the inviter ${whyInactive(inviter)}`)
  return { id, type, email, isOwner: id === portal.ownerId }
}

/** @returns the role that they will have */
function requireAllowed(
  request: FastifyRequest,
  body: MemberRequest,
  confirmation: Confirmation | null,
  actor: Actor,
): EmployeeType {
  const { fromInviteLink = false, type = EmployeeType.All } = body
  if (fromInviteLink) requireLink(request, body, confirmation)
  if (!mayInvite(actor, type)) throw new DomainError('authorizationDenied', whyNotInvited(actor, type))
  const role = isRole(type) ? type : EmployeeType.RoomAdmin
  if (!fromInviteLink && !mayAdd(actor, role)) {
    const reason = `${inWords(actor)} may add a ${typeName(role)} by an invitation link only: send confirm, fromInviteLink and key`
    throw new DomainError('accessDenied', reason)
  }
  const setting = role === EmployeeType.Guest ? 'allowInvitingGuests' : 'allowInvitingMembers'
  if (!request.portal.settings[setting]) {
    throw new DomainError('accessDenied', `the portal has invitations turned off: ${setting} is false`)
  }
  return role
}

function requireLink(request: FastifyRequest, { key, type = 0 }: MemberRequest, confirmation: Confirmation | null) {
  if (key == null) {
    const missing = missingMember(request, 'key', MEMBERS)
    throw new DomainError('argumentNull', `${missing}: fromInviteLink takes the key of the link`, 'key')
  }
  if (confirmation === null) {
    const reason = whyNoInvitation(request) ?? 'fromInviteLink takes the header confirm, with the query of the link'
    throw new DomainError('accessDenied', reason)
  }
  const asked = { key, inviterId: confirmation.inviterId, employeeType: type }
  const verdict = confirmationVerdict(asked, request)
  if (verdict === 'ok') return
  if (key === confirmation.key) throw new DomainError('accessDenied', otherRole(confirmation.employeeType, type))
  const reason = `the key in the body is not that of the confirm header: ${invitationMistake(asked, verdict, request)}`
  throw new DomainError('accessDenied', reason)
}

function isRole(type: EmployeeType): boolean {
  return type !== EmployeeType.All && Object.values<number>(EmployeeType).includes(type)
}

function mayAdd(actor: Actor, role: EmployeeType): boolean {
  if (role === EmployeeType.Guest) return false
  if (role === EmployeeType.RoomAdmin) return isAdmin(actor)
  return role !== EmployeeType.DocSpaceAdmin || actor.isOwner
}

const PASSWORD = /^[\x21-\x7E]{8,30}$/
const NAME = /^[\p{L}\p{M}' -]+$/u
const EMAIL = /^[^\s@]+@[^\s@]+$/

function newMember(
  request: FastifyRequest,
  { email, firstName, lastName, password, passwordHash, cultureName, spam, fromInviteLink = false }: MemberRequest,
  { type, createdBy }: { type: EmployeeType; createdBy: string },
): User {
  const { portal } = request
  if (!passwordHash && password && !PASSWORD.test(password)) {
    const rule = 'Password must contain from 8 to 30 characters, only latin letters, no spaces'
    const reason = `the password has ${password.length} characters; it must have 8 to 30, Latin ones only, no spaces`
    throw new DomainError('argument', reason, rule)
  }
  if (email == null) throw new DomainError('argumentNull', missingMember(request, 'email', MEMBERS), 'address')
  if (!EMAIL.test(email)) {
    const rule = 'The specified string is not in the form required for an e-mail address.'
    throw new DomainError('format', 'email has blanks in it', rule)
  }
  if (firstName == null) throw new DomainError('argumentNull', missingMember(request, 'firstName', MEMBERS), 'input')
  if (!NAME.test(firstName) || (lastName && !NAME.test(lastName))) {
    const reason = "firstName or lastName has other characters than letters, blanks, ' and -, or firstName is empty"
    throw new DomainError('argument', reason, 'Incorrect firstname or lastname')
  }
  if (portal.store.users.findPassword(email) !== undefined) {
    throw new DomainError(
      'argument',
      `another user has the e-mail ${email}`,
      'User with this email is already registered',
    )
  }
  const now = utcDate(portal.clock.now())
  const { NotActivated, Pending } = EmployeeActivationStatus
  return {
    id: randomGuid(portal.randomBytes),
    type,
    firstName,
    lastName: lastName ?? '',
    userName: freeUserName(email.slice(0, email.indexOf('@')), (name) => portal.store.users.hasUserName(name)),
    status: EmployeeStatus.Active,
    activationStatus: fromInviteLink ? NotActivated : Pending,
    workFromDate: now,
    email,
    ...(cultureName && { cultureName }),
    ...(spam != null && { spam }),
    lastModified: now,
    createDate: now,
    createdBy,
  }
}

/** The name, or the first of those with a number behind it that nobody has. */
function freeUserName(name: string, isTaken: (name: string) => boolean): string {
  let free = name
  for (let n = 1; isTaken(free); n++) free = name + n
  return free
}

/** Counts a use where the portal keeps the link. */
function useLink({ portal }: FastifyRequest, key: string, { employeeType, inviterId }: Confirmation): void {
  const { linkId } = checkInvitation(key, { employeeType, inviterId, alias: portal.alias }, portal)
  if (linkId !== null) portal.store.invitationLinks.use(linkId)
}
