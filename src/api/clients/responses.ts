import { commonResponses, limitHeaders } from '../schemas.ts'

const reference = (name: string): object => ({ $ref: `${name}#` })
const problem = { 'application/problem+json': { schema: reference('ProblemDetail') } } as const

/** A success with one of the shared schemas. */
export const json = (description: string, name: string) =>
  ({ description, headers: limitHeaders, content: { 'application/json': { schema: reference(name) } } }) as const

/** A success with a list. */
export const jsonArray = (description: string, name: string) =>
  ({
    description,
    headers: limitHeaders,
    content: { 'application/json': { schema: { type: 'array', items: reference(name) } } },
  }) as const

/** A success without a body. */
export const done = (description: string) => ({ description, headers: limitHeaders, type: 'null' }) as const

/** There is no such client, or it is somebody else's. */
export const notFound = { description: 'Client not found', content: problem } as const

/** A parameter or a member of the body is no good. */
export const badRequest = {
  description: 'Bad Request: the problem document says which members',
  content: problem,
} as const

/** The body is of a type that isn't taken. */
export const unsupportedMediaType = { description: 'The body is not said to be JSON', content: problem } as const

const { 402: _, ...common } = commonResponses

/** What every operation of the identity service may answer besides its own. */
export const identityResponses = {
  ...common,
  403: {
    description: 'Guests may not; without a body: there is no `x-signature`, or none that holds',
    content: problem,
  },
} as const
