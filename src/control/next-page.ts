import type { FastifyReply, FastifyRequest } from 'fastify'

/** The header of a page of a list, for the schema of its response. */
export const nextPageHeader = {
  link: {
    type: 'string',
    description: 'The next page, as `<…>; rel="next"`, relative to the address of this one. Missing on the last page.',
  },
} as const

/** Names the next page of a list in the header Link: the same request with other values in its query. */
export function nameNextPage(request: FastifyRequest, reply: FastifyReply, changes: Record<string, number>): void {
  const { originalUrl } = request
  const query = new URLSearchParams(originalUrl.includes('?') ? originalUrl.slice(originalUrl.indexOf('?')) : '')
  for (const [name, value] of Object.entries(changes)) query.set(name, String(value))
  reply.header('link', `<?${query}>; rel="next"`)
}
