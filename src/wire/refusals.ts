import type { ProblemStatus, ValidationErrors } from './problem.ts'

/** Ends a request with a status and no body. The message says why, to people only. */
export class EmptyRefusal extends Error {
  override readonly name = 'EmptyRefusal'
  readonly status: 400 | 401 | 403 | 414 | 429 | 431

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

  constructor(parameter: string, message: string) {
    super(message)
    this.errors = { [parameter]: [message] }
  }
}
