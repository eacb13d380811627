import { hash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { whyInactive } from '../../auth/caller.ts'
import { hashPassword, isPasswordHash } from '../../auth/passwords.ts'
import { isEmailLike } from '../../domain/email-like.ts'
import { DomainError } from '../../domain/errors.ts'
import { parseGuid } from '../../domain/guid.ts'
import { LoginAttempts } from '../../domain/login-attempts.ts'
import { EmployeeStatus } from '../../domain/user.ts'
import { perPortal } from '../../store/per-portal.ts'
import type { StoredPassword, StoredUser } from '../../store/users.ts'
import { anything, flag, text } from '../../wire/json-members.ts'
import { type BodyOf, bindBody } from '../body.ts'
import { missingMember } from '../missing-member.ts'

const shape = {
  netType: 'ASC.Web.Api.ApiModel.RequestsDto.AuthRequestsDto',
  members: {
    userName: text,
    password: text,
    passwordHash: text,
    provider: text,
    accessToken: text,
    serializedProfile: text,
    codeOAuth: text,
    code: text,
    session: flag,
    confirmData: anything,
    recaptchaType: anything,
    recaptchaResponse: text,
    culture: text,
  },
} as const

/** The members that are read. */
const MEMBERS = Object.keys(shape.members)

/** What somebody signs in with. */
export type Login = BodyOf<typeof shape>

const attemptsOf = perPortal(() => new LoginAttempts())

/** Reads what somebody signs in with. */
export function bindLogin(request: FastifyRequest): Login {
  return bindBody(request, shape)
}

/** The result of a sign-in: the user, or the reason for the refusal, which the response does not reveal. */
type SignIn = { user: StoredUser } | { refused: string }

/**
 * Finds out who signs in.
 *
 * @param confirm an additional check after the password, such as a code; returns the reason for a refusal, or `null`
 * @throws DomainError where the login is wrong, was so too often, or that person's account doesn't work
 */
export async function signedIn(
  request: FastifyRequest,
  login: Login,
  confirm: (user: StoredUser) => Promise<string | null> = async () => null,
): Promise<StoredUser> {
  const { portal, ip } = request
  const attempts = attemptsOf(portal)
  // a name may be as long as the body
  const key = hash('sha256', JSON.stringify([login.userName?.toLowerCase(), ip]))
  if (!attempts.begin(key, portal.clock.now())) {
    const reason = `more than 5 sign-ins of ${login.userName} from ${ip} have failed: wait a minute of the portal's clock`
    throw new DomainError('tooManyAttempts', reason)
  }
  const found = await findUser(login, request)
  const refusal = 'refused' in found ? found.refused : await confirm(found.user)
  if (refusal !== null || 'refused' in found) throw new DomainError('authenticationFailed', String(refusal))
  attempts.succeed(key)
  if (found.user.status !== EmployeeStatus.Active) throw new DomainError('userDisabled', whyInactive(found.user))
  return found.user
}

async function findUser(login: Login, request: FastifyRequest): Promise<SignIn> {
  const { portal } = request
  const { users } = portal.store
  const { userName, password, passwordHash } = login
  const name = userName?.trim() ?? ''
  const id = parseGuid(name)
  const known = id === null ? users.findPassword(name) : users.findPasswordById(id)
  const plain = password?.trim() ?? ''
  if (known === undefined || (!passwordHash && plain === '')) return { refused: whyIncomplete(login, request) }
  const clientHash = passwordHash || (await hashPassword(plain, portal))
  const user = (await isPasswordHash(clientHash, known, portal)) ? users.find(known.id) : undefined
  return user === undefined ? { refused: whyWrong(login, known) } : { user }
}

/** Why a login can't even be tried. */
function whyIncomplete({ userName, password, provider }: Login, request: FastifyRequest): string {
  const { users } = request.portal.store
  const name = userName?.trim() ?? ''
  if (name === '' && provider) return `sign-in by ${provider} is not part of this mock: send userName and password`
  if (userName == null) return missingMember(request, 'userName', MEMBERS)
  if (name === '') return 'userName is blank'
  const id = parseGuid(name)
  if (id !== null && users.findPasswordById(id) === undefined) return `no user has the id ${id}`
  if (id === null && users.findPassword(name) === undefined) {
    if (users.hasUserName(name)) {
      return `no user has the e-mail ${name}; userName takes an e-mail or an id, not the name of this user`
    }
    // it may be a secret that belongs elsewhere
    return isEmailLike(name) ? `no user has the e-mail ${name}` : 'userName is no e-mail or id'
  }
  return password == null ? missingMember(request, 'password', MEMBERS) : `the password of ${name} is blank`
}

const PARAMETERS = 'GET settings returns its parameters, to callers with withpassword=true'

const HASH = /^[0-9a-f]{64}$/

function whyWrong({ userName, password, passwordHash }: Login, known: StoredPassword): string {
  if (known.passwordHash === null && known.seedPassword === null) return `${userName} has no password`
  if (!passwordHash) {
    const advice = HASH.test(password ?? '') ? ': it looks like a hash, which belongs in passwordHash' : ''
    return `wrong password for ${userName}${advice}`
  }
  if (HASH.test(passwordHash)) return `wrong passwordHash for ${userName}: ${PARAMETERS}`
  const form = HASH.test(passwordHash.toLowerCase()) ? 'has upper-case digits: send lower case' : 'is not 64 hex digits'
  return `passwordHash ${form}: it is PBKDF2 of the password, and ${PARAMETERS}`
}
