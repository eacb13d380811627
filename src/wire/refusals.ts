import type { ProblemStatus, ValidationErrors } from './problem.ts'

/** Ends a request with a status and no body. The message says why, to people only. */
export class EmptyRefusal extends Error {
  override readonly name = 'EmptyRefusal'
  readonly status: 400 | 401 | 403 | 413 | 414 | 429 | 431

  constructor(status: EmptyRefusal['status'], reason: string) {
    super(reason)
    this.status = status
  }
}

/** Ends a request with a bare problem document. */
export class ProblemRefusal extends Error {
  override readonly name = 'ProblemRefusal'
  readonly status: ProblemStatus

  constructor(status: ProblemStatus, reason: string) {
    super(reason)
    this.status = status
  }
}

/** Ends a request with the text that meets people from an address that isn't allowed. */
export class AddressRefusal extends Error {
  override readonly name = 'AddressRefusal'
}

/** Ends a request with a validation problem document inside the envelope. */
export class ValidationRefusal extends Error {
  override readonly name = 'ValidationRefusal'
  readonly errors: ValidationErrors

  /** @param errors what is wrong with each parameter, or the name of one and what is wrong with it */
  constructor(errors: ValidationErrors)
  constructor(parameter: string, message: string)
  constructor(errors: ValidationErrors | string, message = '') {
    super(typeof errors === 'string' ? message : Object.values(errors).flat().join(' '))
    this.errors = typeof errors === 'string' ? { [errors]: [message] } : errors
  }
}

/** Ends a request whose body is of a type that isn't taken. */
export class MediaTypeRefusal extends Error {
  override readonly name = 'MediaTypeRefusal'
}

/** Ends a request with a message that is the mock's own: a portal that it hasn't got, a fault that can't be. */
export class MockRefusal extends Error {
  override readonly name = 'MockRefusal'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: MockRefusal['headers'] = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}
