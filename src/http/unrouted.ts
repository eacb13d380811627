import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { BodyKeepingRequest } from './body-keeping-request.ts'
import { refuseClient } from './client-error.ts'
import type { ClientError } from './client-error-reasons.ts'
import { headOf } from './request-head.ts'
import { tellRefusal } from './tell-refusal.ts'

/** Where Fastify keeps the servers of further addresses. */
const BINDINGS = 'fastify.serverBindings'

/**
 * What Node refuses by itself, before there is a request that could be routed: it is answered as Node does it, and told
 * in the log and in the journal of the portal that it names.
 */
export const unrouted = fp(
  async (app) => {
    watch(app.server, app)
    // for `localhost` Fastify listens on two addresses with two servers, and shows clients' errors of the first only
    app.addHook('onListen', async () => {
      for (const server of furtherServers(app)) watch(server, app)
    })
    app.addHook('onRequest', (request, reply, done) => {
      if (request.headers.host !== undefined || !mustNameHost(request.raw)) return done()
      reply.hijack()
      reply.raw.writeHead(400, ['Connection', 'close']).end()
      tellRefusal(headOf(request.raw), { status: 400, reason: 'HTTP/1.1 without a Host header' }, app)
    })
  },
  { name: 'unrouted' },
)

function watch(server: Server, app: FastifyInstance): void {
  server.on('clientError', (error: ClientError, socket: Socket) => refuseClient(error, socket, app))
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    socket.destroy()
    tellRefusal(headOf(request), { status: null, reason: 'CONNECT: this server is no proxy' }, app)
  })
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(417).end()
    const reason = 'its header Expect is not 100-continue, which is the only one known'
    tellRefusal(headOf(request), { status: 417, reason }, app)
  })
}

function furtherServers(app: FastifyInstance): Server[] {
  const key = Object.getOwnPropertySymbols(app).find(({ description }) => description === BINDINGS)
  return key === undefined ? [] : Reflect.get(app, key)
}

/** Whether a request has to name a host. Those that are injected never came over a connection. */
function mustNameHost(request: IncomingMessage): boolean {
  return request instanceof BodyKeepingRequest && request.httpVersionMajor === 1 && request.httpVersionMinor === 1
}
