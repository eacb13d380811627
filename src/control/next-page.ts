import type { FastifyReply, FastifyRequest } from 'fastify'

/** The header Link of a paged list, for response schemas. */
export const nextPageHeader = {
  link: {
    type: 'string',
    description: 'The next page, as `<…>; rel="next"`, relative to the URL of the request. Omitted on the last page.',
  },
} as const

/** Sets the header Link to the next page: the same request with other values in its query. */
export function nameNextPage(request: FastifyRequest, reply: FastifyReply, changes: Record<string, number>): void {
  const { originalUrl } = request
  const query = new URLSearchParams(originalUrl.includes('?') ? originalUrl.slice(originalUrl.indexOf('?')) : '')
  for (const [name, value] of Object.entries(changes)) query.set(name, String(value))
  reply.header('link', `<?${query}>; rel="next"`)
}
