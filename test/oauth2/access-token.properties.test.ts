import fc from 'fast-check'
import t from 'tap'
import { DomainError, type ErrorCode } from '../../src/domain/errors.ts'
import { decodeAccessToken } from '../../src/oauth2/access-token.ts'
import { anyText, holds } from '../properties.ts'
import { shaped } from './tokens.ts'

const members = fc.dictionary(fc.string(), fc.jsonValue())

t.test(
  'whatever a token says is read',
  holds(
    fc.property(
      members,
      members,
      fc.uuid(),
      fc.option(fc.integer(), { nil: undefined }),
      (header, claims, sub, exp) => {
        const said = { ...claims, sub, exp }
        const token = shaped({ ...header, alg: 'ES256' }, said)
        const decoded = decodeAccessToken(token)
        return (
          decoded.token === token &&
          decoded.userId === sub &&
          decoded.algorithm === 'ES256' &&
          JSON.stringify(decoded.claims) === JSON.stringify(said)
        )
      },
    ),
  ),
)

/** What is no JSON object, as JSON and as no JSON at all. */
const noObject = fc.oneof(
  anyText.map((text) => `not JSON: ${text}`),
  fc
    .oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.array(fc.integer()))
    .map((value) => JSON.stringify(value)),
)
const noId = fc.oneof(anyText, fc.integer(), fc.constant(undefined)).map((sub) => ({ sub }))
const noTime = fc.record({ sub: fc.uuid(), exp: fc.oneof(fc.string(), fc.boolean(), fc.constant(null)) })
const extraParts = fc.array(fc.constant('c2ln'), { minLength: 2, maxLength: 4 })

/** Tokens that can't be read, by how the server fails at them (facts §2.3). */
const unreadable: Partial<Record<ErrorCode, fc.Arbitrary<string>>> = {
  jwtHeaderUndecodable: fc.tuple(noObject, fc.oneof(noObject, members)).map((parts) => shaped(...parts)),
  jwtPayloadUndecodable: fc.tuple(members, fc.oneof(noObject, noTime)).map((parts) => shaped(...parts)),
  jwtWithoutSubject: fc.tuple(members, noId).map((parts) => shaped(...parts)),
  jwtEncrypted: fc.tuple(members, noObject, extraParts).map(([header, body, rest]) => shaped(header, body, ...rest)),
  jwtMalformed: fc.tuple(members, members).map((parts) => ` ${shaped(...parts)}`),
}

/** The code that reading a token fails with; `null`: it doesn't, or in a way that has no code. */
function failureOf(token: string): ErrorCode | null {
  try {
    decodeAccessToken(token)
    return null
  } catch (error) {
    return error instanceof DomainError ? error.code : null
  }
}

for (const [code, tokens] of Object.entries(unreadable)) {
  t.test(`a token fails as ${code}`, holds(fc.property(tokens, (token) => failureOf(token) === code)))
}

t.test('no text is another failure', holds(fc.property(anyText, (text) => failureOf(text) !== null)))
