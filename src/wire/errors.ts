import type { DomainError, ErrorCode } from '../domain/errors.ts'
import { localized } from './culture.ts'
import { toJson } from './json.ts'

interface CatalogueEntry {
  status: number
  /** The .NET exception; `null` for those that the server shows without type and stack. */
  type: string | null
  hresult: number
  /** @param detail what the text has a gap for; @param culture whose language it is in, where it is translated */
  message: (detail: string, culture: string) => string
}

const HIDDEN = "[PII of type 'System.String' is hidden. For more details, see https://aka.ms/IdentityModel/PII.]"

const NOT_BASE64 =
  'The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, ' +
  'or an illegal character among the padding characters.'

const catalogue: Record<ErrorCode, CatalogueEntry> = {
  accessDenied: {
    status: 403,
    type: 'System.Security.SecurityException',
    hresult: -2146233078,
    message: () => 'Access denied',
  },
  authorizationDenied: {
    status: 403,
    type: 'ASC.Common.Security.Authorizing.AuthorizingException',
    hresult: -2146233088,
    message: () => 'Access denied',
  },
  userNotFound: {
    status: 404,
    type: 'ASC.Common.Web.ItemNotFoundException',
    hresult: -2146233088,
    message: (_, culture) => localized('userNotFound', culture),
  },
  recordNotFound: {
    status: 404,
    type: 'ASC.Common.Web.ItemNotFoundException',
    hresult: -2146233088,
    message: () => 'The record could not be found',
  },
  authenticationFailed: {
    status: 401,
    type: null,
    hresult: 0,
    message: () => 'User authentication failed',
  },
  tooManyAttempts: {
    status: 403,
    type: null,
    hresult: 0,
    message: () => 'Too many login attempts. Please try again later',
  },
  userDisabled: {
    status: 403,
    type: 'System.InvalidOperationException',
    hresult: -2146233079,
    message: () => 'User disabled',
  },
  accountDisabled: {
    status: 401,
    type: null,
    hresult: 0,
    message: () => 'account',
  },
  format: {
    status: 500,
    type: 'System.FormatException',
    hresult: -2146233033,
    message: (detail) => detail,
  },
  argument: {
    status: 400,
    type: 'System.ArgumentException',
    hresult: -2147024809,
    message: (detail) => detail,
  },
  argumentNull: {
    status: 400,
    type: 'System.ArgumentNullException',
    hresult: -2147467261,
    message: (parameter) => `Value cannot be null. (Parameter '${parameter}')`,
  },
  basicNotBase64: {
    status: 500,
    type: 'System.FormatException',
    hresult: -2146233033,
    message: () => NOT_BASE64,
  },
  basicWithoutPassword: {
    status: 500,
    type: 'System.Exception',
    hresult: -2146233088,
    message: () => 'Unable to get password',
  },
  originNotAbsolute: {
    status: 500,
    type: 'System.UriFormatException',
    hresult: -2146233033,
    message: () => 'Invalid URI: The format of the URI could not be determined.',
  },
  jwtHeaderUndecodable: {
    status: 400,
    type: 'System.ArgumentException',
    hresult: -2147024809,
    message: () => `IDX12729: Unable to decode the header '${HIDDEN}' as Base64Url encoded string.`,
  },
  jwtPayloadUndecodable: {
    status: 400,
    type: 'System.ArgumentException',
    hresult: -2147024809,
    message: () => `IDX12723: Unable to decode the payload '${HIDDEN}' as Base64Url encoded string.`,
  },
  jwtMalformed: {
    status: 400,
    type: 'Microsoft.IdentityModel.Tokens.SecurityTokenMalformedException',
    hresult: -2147024809,
    message: () => 'IDX12739: JWT has three segments but is not in proper JWS format.',
  },
  jwtEncrypted: {
    status: 500,
    type: 'Microsoft.IdentityModel.Tokens.SecurityTokenDecryptionFailedException',
    hresult: -2146233088,
    message: () => `IDX10609: Decryption failed. No Keys tried: token: '${HIDDEN}'.`,
  },
  jwtWithoutSubject: {
    status: 401,
    type: null,
    hresult: 0,
    message: () => "Claim 'sub' is not present in JWT",
  },
  identityServiceUnreachable: {
    status: 403,
    type: 'System.InvalidOperationException',
    hresult: -2146233079,
    message: (authority) =>
      `IDX20803: Unable to obtain configuration from: '${authority}/.well-known/openid-configuration'.`,
  },
  unexpected: {
    status: 500,
    type: 'System.Exception',
    hresult: -2146233088,
    message: (detail) => detail,
  },
}

const PORTAL_CONTROLLER = 'ASC.Web.Api.Controllers.PortalController'

/**
 * What an error looks like on the wire. Unlike in a success, nulls are there.
 *
 * @param culture the language of the texts that are translated
 * @param operation the operation that failed, as its stack names it; `undefined` where none was reached
 * @param controller the .NET class that the operation is a method of
 */
export function errorAnswer(
  error: DomainError,
  culture: string,
  operation: string | undefined,
  controller = PORTAL_CONTROLLER,
) {
  const { status, type, hresult, message } = catalogue[error.code]
  const stack = type === null ? null : stackTrace(operation, controller)
  const shown = { message: message(error.detail, culture), type, stack, hresult }
  return { status, body: toJson({ error: shown, status: 1, statusCode: status }) }
}

/** A stack in .NET's form. Its frames are the first ones that a real server would show. */
function stackTrace(operation: string | undefined, controller: string): string {
  if (operation === undefined)
    return '   at ASC.Api.Core.Middleware.AuthenticationMiddleware.Invoke(HttpContext context)'
  const method = operation.charAt(0).toUpperCase() + operation.slice(1)
  return `   at ${controller}.${method}(...)`
}
