/**
 * Everything that a rule, a guard or a filter can refuse or fail with, by name. What each looks like on the wire
 * (status, .NET type, message) stands in `wire/errors.ts`.
 */
export type ErrorCode =
  | 'accessDenied'
  | 'authorizationDenied'
  | 'userNotFound'
  | 'recordNotFound'
  | 'authenticationFailed'
  | 'tooManyAttempts'
  | 'userDisabled'
  | 'accountDisabled'
  | 'format'
  | 'argument'
  | 'argumentNull'
  | 'basicNotBase64'
  | 'basicWithoutPassword'
  | 'originNotAbsolute'
  | 'jwtHeaderUndecodable'
  | 'jwtPayloadUndecodable'
  | 'jwtMalformed'
  | 'jwtEncrypted'
  | 'jwtWithoutSubject'
  | 'identityServiceUnreachable'
  | 'unexpected'

/** A refusal or failure with a place in the catalogue. Its message says why, to people; the wire shows less. */
export class DomainError extends Error {
  override readonly name = 'DomainError'
  readonly code: ErrorCode
  /** What the entry's text is completed with, where it has a gap: an authority's URL, say. */
  readonly detail: string

  constructor(code: ErrorCode, reason: string, detail = '') {
    super(reason)
    this.code = code
    this.detail = detail
  }
}
