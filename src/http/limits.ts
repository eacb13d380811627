import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { maskedHeader } from '../journal/masks.ts'
import { withoutFinalDot } from '../wire/host.ts'
import { EmptyRefusal } from '../wire/refusals.ts'

const MAX_REQUEST_LINE = 8 * 1024
const MAX_HEADERS = 100
const HOST = /^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i
const ABSOLUTE = /^https?:\/\//i

/** Refuses what the real server's own HTTP layer refuses, as it does: with a status and no body. */
export const limits = fp(
  async (app) => {
    app.addHook('onRequest', (request, _, done) => done(refusalOf(request)))
  },
  { name: 'limits' },
)

function refusalOf({ method, originalUrl, headers: { host }, raw }: FastifyRequest): EmptyRefusal | undefined {
  if (method.length + originalUrl.length + ' '.length + ' HTTP/1.1\r\n'.length > MAX_REQUEST_LINE) {
    return new EmptyRefusal(414, `the request line is longer than ${MAX_REQUEST_LINE} bytes`)
  }
  if (raw.rawHeaders.length > 2 * MAX_HEADERS) return new EmptyRefusal(431, `more than ${MAX_HEADERS} headers`)
  if (host !== undefined && !HOST.test(host)) {
    return new EmptyRefusal(400, `the Host header ${maskedHeader('host', host)} is malformed`)
  }
  if (/[^\x21-\x7e]|%00/.test(originalUrl))
    return new EmptyRefusal(400, 'the target has NUL, or bytes beyond ASCII that must be percent-encoded')
  if (ABSOLUTE.test(originalUrl) && hostOf(originalUrl) !== hostOf(`http://${host}`)) {
    return new EmptyRefusal(400, `the target is on another host than ${host}`)
  }
  return undefined
}

function hostOf(url: string): string | undefined {
  const host = URL.parse(url)?.host
  return host && withoutFinalDot(host)
}
