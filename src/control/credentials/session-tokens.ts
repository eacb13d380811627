import { createSessionToken, type SessionToken } from '../../domain/session-token.ts'
import { DAY, type Recipes, type Subject, today } from './subject.ts'

const YEAR = 365 * DAY

/** Session tokens: what is sent as the cookie `asc_auth_key`. */
export const sessionTokens: Recipes = {
  valid: (subject) => sessionToken(subject),
  expired: (subject) => sessionToken(subject, { expires: today(subject.portal) - DAY }),
  // as if their sessions had been ended since
  revoked: (subject) => sessionToken(subject, { userIndex: subject.person.tokenIndex - 1 }),
  wrongSignature: (subject) => sessionToken(subject, {}, `${subject.portal.machineKey} of another`),
  otherPortal: (subject) => sessionToken(subject, { tenantId: subject.portal.tenantId + 1 }),
  malformed: () => 'no-session-token',
}

function sessionToken(
  { portal, person }: Subject,
  changes: Partial<SessionToken> = {},
  machineKey = portal.machineKey,
): string {
  const token = {
    tenantId: portal.tenantId,
    userId: person.id,
    tenantIndex: portal.tokenIndex,
    expires: today(portal) + YEAR,
    userIndex: person.tokenIndex,
    loginEventId: 0,
  }
  return createSessionToken({ ...token, ...changes }, machineKey)
}
