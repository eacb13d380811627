/** The answer of an operation that gives nothing. */
export const done = { description: 'Done' } as const

/** What is said of a request that can't be met. */
export const problem = {
  type: 'object',
  required: ['error'],
  properties: { error: { type: 'string', description: 'What is wrong, and with which member.' } },
} as const

/** The answer to a request that doesn't fit. Nothing has changed. */
export const badRequest = {
  description: 'Something is wrong with the request. Nothing has changed.',
  ...problem,
} as const

/** The answer where there is no such thing. */
export const notFound = { description: 'There is no such thing.', ...problem } as const

/** The response if a data file can't be used. */
export const failed = {
  description: 'The file of the portal can’t be read or written. Nothing has changed.',
  ...problem,
} as const

/** The response for what was evicted to free memory. */
export const dropped = {
  description: 'It was evicted because memory reached --max-memory.',
  ...problem,
} as const

/** A moment. */
export const moment = { type: 'string', format: 'date-time', description: 'With its offset from UTC.' } as const
