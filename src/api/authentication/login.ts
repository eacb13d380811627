import type { FastifyRequest } from 'fastify'
import { hashPassword, isPasswordHash } from '../../auth/passwords.ts'
import { DomainError } from '../../domain/errors.ts'
import { parseGuid } from '../../domain/guid.ts'
import { LoginAttempts } from '../../domain/login-attempts.ts'
import { EmployeeStatus } from '../../domain/user.ts'
import { perPortal } from '../../store/per-portal.ts'
import type { Portal } from '../../store/portal.ts'
import type { StoredUser } from '../../store/users.ts'
import { anything, flag, text } from '../../wire/json-members.ts'
import { type BodyOf, bindBody } from '../body.ts'

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

/** What somebody signs in with. */
export type Login = BodyOf<typeof shape>

const attemptsOf = perPortal(() => new LoginAttempts())

/** Reads what somebody signs in with. */
export function bindLogin(request: FastifyRequest): Login {
  return bindBody(request, shape)
}

/**
 * Finds out who signs in.
 *
 * @param confirm what else has to hold of whoever has the password, such as a code
 * @throws DomainError where the login is wrong, was so too often, or that person's account doesn't work
 */
export async function signedIn(
  { portal, ip }: FastifyRequest,
  login: Login,
  confirm: (user: StoredUser) => Promise<boolean> = async () => true,
): Promise<StoredUser> {
  const attempts = attemptsOf(portal)
  const key = JSON.stringify([login.userName?.toLowerCase(), ip])
  if (!attempts.begin(key, portal.clock.now()))
    throw new DomainError('tooManyAttempts', 'more than 5 failed in a minute')
  const user = await findUser(login, portal)
  if (user === undefined || !(await confirm(user))) {
    throw new DomainError('authenticationFailed', `a wrong login for ${login.userName}`)
  }
  attempts.succeed(key)
  if (user.status !== EmployeeStatus.Active) throw new DomainError('userDisabled', `${user.id} is not active`)
  return user
}

async function findUser({ userName, password, passwordHash }: Login, portal: Portal): Promise<StoredUser | undefined> {
  const { users } = portal.store
  const name = userName?.trim() ?? ''
  const id = parseGuid(name)
  const known = id === null ? users.findPassword(name) : users.findPasswordById(id)
  const plain = password?.trim() ?? ''
  if (known === undefined || (!passwordHash && plain === '')) return undefined
  const clientHash = passwordHash || (await hashPassword(plain, portal))
  return (await isPasswordHash(clientHash, known, portal)) ? users.find(known.id) : undefined
}
