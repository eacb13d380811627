import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

/** What a form of this service takes at most, in bytes. */
const MAX_FORM_SIZE = 64 * 1024

/** Lets the routes beside it read forms. */
export const forms = fp(
  async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: MAX_FORM_SIZE }, (_request, body, done) =>
      done(null, body),
    )
  },
  { name: 'forms' },
)

/** The form that a request has sent; an empty one where it has sent something else. */
export function formOf({ body, contentType = '' }: FastifyRequest): URLSearchParams {
  const isForm = /^\s*application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType)
  return new URLSearchParams(isForm && typeof body === 'string' ? body : '')
}
