import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { readBytes } from '../wire/read-body.ts'

/** The maximum size of a form, in bytes. */
const MAX_FORM_SIZE = 64 * 1024

/** Lets the routes beside it read forms. */
export const forms = fp(
  async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', readBytes(MAX_FORM_SIZE))
  },
  { name: 'forms' },
)

/** The form that a request has sent; an empty one where it has sent something else. */
export function formOf({ body, contentType = '' }: FastifyRequest): URLSearchParams {
  const isForm = /^\s*application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType)
  return new URLSearchParams(isForm && Buffer.isBuffer(body) ? body.toString() : '')
}
