const SECURITY = -2146233078
const PLAIN = -2146233088

const errors: Record<string, { message: string; type: string | null; hresult: number }> = {
  accessDenied: { message: 'Access denied', type: 'System.Security.SecurityException', hresult: SECURITY },
  authorizationDenied: {
    message: 'Access denied',
    type: 'ASC.Common.Security.Authorizing.AuthorizingException',
    hresult: PLAIN,
  },
  userNotFound: {
    message: 'The user could not be found',
    type: 'ASC.Common.Web.ItemNotFoundException',
    hresult: PLAIN,
  },
  confirmationKeyMissing: {
    message: "Value cannot be null. (Parameter 'key')",
    type: 'System.ArgumentNullException',
    hresult: -2147467261,
  },
  basicNotBase64: {
    message:
      'The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters.',
    type: 'System.FormatException',
    hresult: -2146233033,
  },
  basicWithoutPassword: { message: 'Unable to get password', type: 'System.Exception', hresult: PLAIN },
  originNotAbsolute: {
    message: 'Invalid URI: The format of the URI could not be determined.',
    type: 'System.UriFormatException',
    hresult: -2146233033,
  },
  jwtHeaderUndecodable: {
    message:
      "IDX12729: Unable to decode the header '[PII of type 'System.String' is hidden. For more details, see https://aka.ms/IdentityModel/PII.]' as Base64Url encoded string.",
    type: 'System.ArgumentException',
    hresult: -2147024809,
  },
  jwtWithoutSubject: { message: "Claim 'sub' is not present in JWT", type: null, hresult: 0 },
  identityServiceUnreachable: {
    message:
      "IDX20803: Unable to obtain configuration from: 'http://docs.example.com/oauth2/.well-known/openid-configuration'.",
    type: 'System.InvalidOperationException',
    hresult: -2146233079,
  },
}

/** What an error of facts §4.2 looks like, written down apart from the catalogue that the server has. */
export function expectedError(name: string): { message: string; type: string | null; hresult: number } {
  const error = errors[name]
  if (error === undefined) throw new Error(`a case names the error ${name}, which nobody has written down`)
  return error
}
