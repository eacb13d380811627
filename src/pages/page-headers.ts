import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { errorPage } from './error-page.ts'
import { contentSecurityPolicy } from './html.ts'

/** Headers that let pages of other origins read a response. */
const CORS_HEADERS = ['access-control-allow-origin', 'access-control-allow-credentials']

/** Adds the headers of a page to every response of its scope, and prevents other origins from reading it. */
export const pageHeaders = fp(
  async (app) => {
    app.addHook('onSend', (_request, reply, payload, done) => {
      for (const name of CORS_HEADERS) reply.removeHeader(name)
      reply.headers(headersOfPage())
      done(null, payload)
    })
  },
  { name: 'page-headers' },
)

/** Headers of a page: browsers must not cache it, frame it, or send its URL to other origins. */
export function headersOfPage(): Record<string, string> {
  return {
    'cache-control': 'no-store',
    'content-security-policy': contentSecurityPolicy(),
    'cross-origin-resource-policy': 'same-origin',
    // `no-referrer` would remove the Origin from forms
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }
}

export function sendPage(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(text)
}

/** Refuses a page that shows credentials or signs users in if the host may be the name of a web site. */
export function refuseHost(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.refusal =
    `This page is not served as ${request.headers.host}, which may be the name of a web site. Open it as localhost or ` +
    'by IP address. --public-url adds a host; --control-token or --control-remote allows all.'
  return sendPage(reply, 403, errorPage('access_denied', request.refusal))
}
