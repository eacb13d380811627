import t from 'tap'
import { DomainError, type ErrorCode } from '../../src/domain/errors.ts'
import { errorAnswer } from '../../src/wire/errors.ts'

const HIDDEN = "[PII of type 'System.String' is hidden. For more details, see https://aka.ms/IdentityModel/PII.]"
const NOT_BASE64 =
  'The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters.'

/** Status, type, message and hresult of every entry: facts §1.2, §2.2, §2.3, §4.2 and §9. */
const catalogue: Record<ErrorCode, [number, string | null, string, number]> = {
  accessDenied: [403, 'System.Security.SecurityException', 'Access denied', -2146233078],
  authorizationDenied: [403, 'ASC.Common.Security.Authorizing.AuthorizingException', 'Access denied', -2146233088],
  userNotFound: [404, 'ASC.Common.Web.ItemNotFoundException', 'The user could not be found', -2146233088],
  recordNotFound: [404, 'ASC.Common.Web.ItemNotFoundException', 'The record could not be found', -2146233088],
  authenticationFailed: [401, null, 'User authentication failed', 0],
  tooManyAttempts: [403, null, 'Too many login attempts. Please try again later', 0],
  userDisabled: [403, 'System.InvalidOperationException', 'User disabled', -2146233079],
  accountDisabled: [401, null, 'account', 0],
  format: [500, 'System.FormatException', 'DETAIL', -2146233033],
  argument: [400, 'System.ArgumentException', 'DETAIL', -2147024809],
  argumentNull: [400, 'System.ArgumentNullException', "Value cannot be null. (Parameter 'DETAIL')", -2147467261],
  basicNotBase64: [500, 'System.FormatException', NOT_BASE64, -2146233033],
  basicWithoutPassword: [500, 'System.Exception', 'Unable to get password', -2146233088],
  originNotAbsolute: [
    500,
    'System.UriFormatException',
    'Invalid URI: The format of the URI could not be determined.',
    -2146233033,
  ],
  jwtHeaderUndecodable: [
    400,
    'System.ArgumentException',
    `IDX12729: Unable to decode the header '${HIDDEN}' as Base64Url encoded string.`,
    -2147024809,
  ],
  jwtPayloadUndecodable: [
    400,
    'System.ArgumentException',
    `IDX12723: Unable to decode the payload '${HIDDEN}' as Base64Url encoded string.`,
    -2147024809,
  ],
  jwtMalformed: [
    400,
    'Microsoft.IdentityModel.Tokens.SecurityTokenMalformedException',
    'IDX12739: JWT has three segments but is not in proper JWS format.',
    -2147024809,
  ],
  jwtEncrypted: [
    500,
    'Microsoft.IdentityModel.Tokens.SecurityTokenDecryptionFailedException',
    `IDX10609: Decryption failed. No Keys tried: token: '${HIDDEN}'.`,
    -2146233088,
  ],
  jwtWithoutSubject: [401, null, "Claim 'sub' is not present in JWT", 0],
  identityServiceUnreachable: [
    403,
    'System.InvalidOperationException',
    "IDX20803: Unable to obtain configuration from: 'DETAIL/.well-known/openid-configuration'.",
    -2146233079,
  ],
  unexpected: [500, 'System.Exception', 'DETAIL', -2146233088],
}

t.test('every entry of the catalogue (facts §4.2)', async (t) => {
  for (const [code, [status, type, message, hresult]] of Object.entries(catalogue)) {
    const answer = errorAnswer(new DomainError(code as ErrorCode, 'for people', 'DETAIL'), 'en-US', 'getUserById')
    const stack = type === null ? null : '   at ASC.Web.Api.Controllers.PortalController.GetUserById(...)'

    t.equal(answer.status, status, code)
    t.equal(
      answer.body,
      JSON.stringify({ error: { message, type, stack, hresult }, status: 1, statusCode: status }),
      `${code}: members in order, nulls among them`,
    )
  }
})

t.test('only what the server translates is translated (facts §1.11)', async (t) => {
  const message = (code: ErrorCode, culture: string) =>
    JSON.parse(errorAnswer(new DomainError(code, ''), culture, undefined).body).error.message

  t.equal(message('userNotFound', 'de'), 'Der Benutzer konnte nicht gefunden werden')
  t.equal(message('userNotFound', 'fr-FR'), "Il est impossible de trouver l'utilisateur")
  t.equal(message('accessDenied', 'de'), 'Access denied')
})

t.test('an error in front of the operations has a stack of its own', async (t) => {
  const stack = (operation: string | undefined) =>
    JSON.parse(errorAnswer(new DomainError('accessDenied', ''), 'en', operation).body).error.stack

  t.match(stack(undefined), /^ {3}at /)
  t.notMatch(stack(undefined), /PortalController/)
  t.match(stack('sendCongratulations'), /^ {3}at ASC\.Web\.Api\.Controllers\.PortalController\.SendCongratulations\(/)
})

t.test('an operation of another controller has that in its stack', async (t) => {
  const { body } = errorAnswer(
    new DomainError('accessDenied', ''),
    'en',
    'getApiKeys',
    'ASC.People.Api.ApiKeysController',
  )
  t.equal(JSON.parse(body).error.stack, '   at ASC.People.Api.ApiKeysController.GetApiKeys(...)')
})
