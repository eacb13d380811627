import fc from 'fast-check'
import t from 'tap'
import type { ProfileName } from '../../src/domain/profile.ts'
import { testServer } from '../helper.ts'
import { holds } from '../properties.ts'

const RUNS = 200

/** What a header may hold. */
const character = fc
  .integer({ min: 0x20, max: 0xff })
  .filter((code) => code !== 0x7f)
  .map((code) => String.fromCharCode(code))

/** What credentials are made of: `{"alg":"none"}` and `{}` as parts of an access token among them. */
const PIECES = [
  'Bearer ',
  'Basic ',
  'sk-',
  'asc_auth_key=',
  'eyJhbGciOiJub25lIn0',
  'e30',
  'Ab+/',
  '.',
  '=',
  ',',
  ';',
  ' ',
]

const tokenPart = fc.constantFrom('eyJhbGciOiJub25lIn0', 'e30', 'W10', 'eA')

const value = fc.oneof(
  fc.string({ unit: character }),
  fc.string({ unit: fc.constantFrom(...PIECES) }),
  fc
    .oneof(fc.tuple(tokenPart, tokenPart, tokenPart), fc.tuple(tokenPart, tokenPart, tokenPart, tokenPart, tokenPart))
    .map((parts) => parts.join('.')),
)

const place = fc.constantFrom('authorization', 'cookie', 'apikeybearer', 'asc_auth_key')

const request = fc
  .record({ place, scheme: fc.constantFrom('', 'Bearer ', 'Basic ', 'asc_auth_key='), value })
  .map(({ place, scheme, value }) => ({
    url: '/api/2.0/portal/userscount',
    headers: { [place]: scheme + value },
  }))

/** How the real server fails at a credential that it can't read (facts §2.2, §2.3). */
const FAILURES = [
  'System.FormatException',
  'System.Exception',
  'System.ArgumentException',
  'Microsoft.IdentityModel.Tokens.SecurityTokenMalformedException',
  'Microsoft.IdentityModel.Tokens.SecurityTokenDecryptionFailedException',
]

/** Whether an answer is one of those that a wrong credential may get. */
const isRefusal: Record<ProfileName, (status: number, body: string) => boolean> = {
  documented: (status, body) => status === 401 && body === '',
  server: (status, body) => {
    if (status === 401 && body === '') return true
    const { error, statusCode } = JSON.parse(body)
    return statusCode === status && (FAILURES.includes(error.type) || (status === 401 && error.type === null))
  },
}

for (const profile of ['documented', 'server'] as const) {
  t.test(`nothing that was made up gets in, in the profile ${profile}`, async (t) => {
    const { app } = await testServer(t, { profile })

    await holds(
      fc.asyncProperty(request, async (request) => {
        const { statusCode, body } = await app.inject(request)
        return isRefusal[profile](statusCode, body)
      }),
      RUNS,
    )(t)
  })
}
