import { isIPv6, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'
import { withoutBrackets } from '../http/known-host.ts'
import { isOwnName } from '../oauth2/canonical-root.ts'
import { isLoopback } from '../wire/root.ts'

/** The wildcard addresses. */
const ALL_ADDRESSES = ['0.0.0.0', '::']

/**
 * Whether a URL leads to the portal of a request: it has the origin of the public URL, or the scheme and port that the
 * server listens on and one of its names. Only the configuration and the connection decide, never a header.
 */
export function isOwnOrigin(url: URL, request: FastifyRequest): boolean {
  if (url.origin === request.publicUrl) return true
  const { socket } = request
  const isTls = (socket as TLSSocket).encrypted === true
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  const isWhereListening = url.protocol === (isTls ? 'https:' : 'http:') && port === socket.localPort
  return isWhereListening && (hasName(url.hostname, request) || isLocalAddress(url.hostname, socket))
}

function hasName(hostname: string, { portal, server }: FastifyRequest): boolean {
  if (hostname === server.listenHost?.toLowerCase() || hostname === portal.settings.mappedDomain) return true
  return isOwnName(hostname, portal) && listensOnLoopback(server)
}

function listensOnLoopback(server: FastifyRequest['server']): boolean {
  return server.addresses().some((bound) => {
    return typeof bound === 'object' && (isLoopback(bound.address) || ALL_ADDRESSES.includes(bound.address))
  })
}

/** Whether a host is the address of this machine that the client has connected to. */
function isLocalAddress(hostname: string, { localAddress = '' }: Socket): boolean {
  const address = localAddress.replace(/^::ffff:(?=\d+\.)/, '')
  const host = isIPv6(address) ? URL.parse(`http://[${address}]`)?.hostname : address
  return host !== undefined && host !== '' && withoutBrackets(host) === withoutBrackets(hostname)
}
