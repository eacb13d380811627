import type { RequestLink } from './envelope.ts'
import { toJson } from './json.ts'

/** The media type of problem documents, which no Accept header changes. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

const titles = {
  402: {},
  403: { type: 'https://tools.ietf.org/html/rfc9110#section-15.5.4', title: 'Forbidden' },
  404: { type: 'https://tools.ietf.org/html/rfc9110#section-15.5.5', title: 'Not Found' },
}

const mediaType = {
  type: 'https://tools.ietf.org/html/rfc9110#section-15.5.16',
  title: 'Unsupported Media Type',
  status: 415,
}

/** The statuses that are answered with a bare problem document. */
export type ProblemStatus = keyof typeof titles

/** A bare problem document. 402 isn't in the framework's table of types, so it has neither type nor title. */
export function problemDocument(status: ProblemStatus, traceId: string): string {
  return toJson({ ...titles[status], status, traceId })
}

/** Which parameters were wrong, and what of each. */
export type ValidationErrors = Record<string, string[]>

/** The members of a validation problem document. */
export function validationProblem(errors: ValidationErrors, traceId: string) {
  return {
    type: 'https://tools.ietf.org/html/rfc9110#section-15.5.1',
    title: 'One or more validation errors occurred.',
    status: 400,
    errors,
    traceId,
  }
}

/** Wraps a validation problem document: unlike the bare ones it comes inside the envelope. */
export function validationEnvelope(problem: object, link: RequestLink): string {
  return toJson({ response: problem, count: 1, links: [link], status: 1, statusCode: 400 })
}

/** What a body of the wrong type gets: a problem document in an envelope that calls it a success. */
export function mediaTypeEnvelope(traceId: string, link: RequestLink): string {
  return toJson({ response: { ...mediaType, traceId }, count: 1, links: [link], status: 0, statusCode: 200 })
}
