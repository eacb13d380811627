import { splitTarget } from './target.ts'

/** What the identity service calls all its problems. */
const TYPE = 'https://api.onlyoffice.com/docspace/api-backend/get-started/basic-concepts'

const titles = { 400: 'Bad Request', 403: 'Forbidden', 404: 'Not Found', 415: 'Unsupported Media Type' }

/** What is wrong with a member of a body or a parameter. */
export interface FieldError {
  field: string
  code: 'EmptyFieldError' | 'ErrorName' | 'ErrorPattern' | 'ErrorWrongURL' | 'ErrorInvalidScope'
  message: string
}

/** Ends a request to the identity service with a problem document. */
export class IdentityRefusal extends Error {
  override readonly name = 'IdentityRefusal'
  readonly status: keyof typeof titles
  /** What callers are told. */
  readonly detail: string
  readonly errors: readonly FieldError[]

  /** @param reason why, for people, where that is more than the detail says */
  constructor(
    status: IdentityRefusal['status'],
    detail: string,
    { reason = detail, errors = [] }: { reason?: string; errors?: readonly FieldError[] } = {},
  ) {
    super(reason)
    this.status = status
    this.detail = detail
    this.errors = errors
  }
}

/** Refuses what is out of bounds, and each of its faults by name. */
export function validationFailed(errors: readonly FieldError[]): IdentityRefusal {
  const reason = errors.map(({ field, message }) => `${field}: ${message}`).join('; ')
  return new IdentityRefusal(400, 'Validation failed', { reason, errors })
}

/**
 * The problem document of the identity service: other members than the API's have, and no trace id.
 *
 * @param target the target of the request, as it was sent: repeated slashes are collapsed (facts §0, P10)
 */
export function identityProblem({ status, detail, errors }: IdentityRefusal, target: string) {
  const instance =
    splitTarget(target)
      .path.replace(/^https?:\/\/[^/]*/i, '')
      .replace(/\/{2,}/g, '/') || '/'
  const problem = { detail, instance, status, title: titles[status], type: TYPE }
  return errors.length === 0 ? problem : { ...problem, errors }
}
