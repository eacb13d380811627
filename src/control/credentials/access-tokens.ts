import { LRUCache } from 'lru-cache'
import { issuerOf, mintAccessToken } from '../../oauth2/access-token.ts'
import { perPortal } from '../../store/per-portal.ts'
import { DAY, digits, HOUR, type Kind, type Recipes, type Subject, today } from './subject.ts'

/** Whose tokens those of another portal are. */
const ELSEWHERE = 'https://elsewhere.example'

/** How many tokens of a portal are cached, about those of twenty users: signing one takes half a millisecond. */
const REMEMBERED = 500

const tokensOf = perPortal(() => new LRUCache<string, Promise<string>>({ max: REMEMBERED }))

/**
 * Access tokens of a scheme. They are signed with RS256, which gives the same signature again.
 *
 * @param scheme what tells them from those of other schemes
 * @param scopes what valid ones are good for
 * @param readScopes what those that may only read are good for
 * @param scope what all of them have
 */
export function accessTokens(
  scheme: string,
  { scopes, readScopes, scope }: { scopes: string[]; readScopes: string[]; scope: string[] },
): Recipes {
  const token = (subject: Subject, kind: Kind, claims: Record<string, unknown> = {}, granted = scopes) =>
    accessToken(subject, [...scope, ...granted], { jti: digits(subject, scheme, kind), ...claims })
  return {
    valid: (subject) => token(subject, 'valid'),
    readOnly: (subject) => token(subject, 'readOnly', {}, readScopes),
    weakScope: (subject) => token(subject, 'weakScope', {}, ['files:read']),
    expired: (subject) => token(subject, 'expired', times(subject, -2 * HOUR, -HOUR)),
    notYetValid: (subject) => token(subject, 'notYetValid', times(subject, 2 * DAY, 3 * DAY)),
    wrongSignature: async (subject) => withoutSignature(await token(subject, 'valid')),
    wrongAudience: (subject) => token(subject, 'wrongAudience', { aud: ELSEWHERE }),
    otherPortal: (subject) => {
      const tid = subject.portal.tenantId + 1
      return token(subject, 'otherPortal', { iss: issuerOf(ELSEWHERE), aud: ELSEWHERE, tid })
    },
    malformed: () => 'no.access.token',
  }
}

function accessToken(subject: Subject, scopes: string[], claims: Record<string, unknown>): Promise<string> {
  const { portal, person, root } = subject
  const dated = { ...times(subject, 0, 2 * DAY), ...claims }
  const options = { userId: person.id, scopes, root, algorithm: 'RS256', claims: dated } as const
  const tokens = tokensOf(portal)
  const key = JSON.stringify(options)
  let token = tokens.get(key)
  if (token === undefined) {
    token = mintAccessToken(portal, options)
    tokens.set(key, token)
    token.catch(() => tokens.delete(key))
  }
  return token
}

/** From when to when a token holds, counted from the beginning of the day. */
function times({ portal }: Subject, from: number, to: number) {
  const begins = (today(portal) + from) / 1000
  return { iat: begins, nbf: begins, exp: (today(portal) + to) / 1000 }
}

function withoutSignature(token: string): string {
  return `${token.slice(0, token.lastIndexOf('.') + 1)}${'A'.repeat(342)}`
}
