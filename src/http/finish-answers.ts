import { setMaxListeners } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** Aborted when the server begins to close: for answers that wait, or would never end by themselves. */
    closing: AbortSignal
  }
}

/** How long responses may take that are still being made, in ms: a guard that never decides must not keep a server open. */
const PATIENCE = 5000

/** How long clients may take over what they still have to send or to read, in ms. */
const CLIENT_PATIENCE = 200

/**
 * Lets responses that are being made go out before a server that is closed hangs up. Node by itself waits for clients
 * that have asked nothing yet and for those that keep their connection, and Fastify doesn't wait for the second address
 * of `localhost`: so a server with this plugin hangs up on all of them (`forceCloseConnections`) once all responses in
 * flight have finished. Clients that stop in the middle of a request or of a response are not waited for.
 */
export const finishAnswers = fp(
  async (app) => {
    const inFlight = new Set<ServerResponse>()
    const { promise: finished, resolve: allFinished } = Promise.withResolvers<void>()
    const closing = new AbortController()
    // one for each answer that waits for something
    setMaxListeners(0, closing.signal)
    app.decorate('closing', closing.signal)
    app.addHook('onRequest', (_, { raw }, done) => {
      inFlight.add(raw)
      raw.on('close', () => {
        inFlight.delete(raw)
        if (closing.signal.aborted && inFlight.size === 0) allFinished()
      })
      done()
    })
    app.addHook('preClose', async () => {
      closing.abort()
      const finish = async (patience: number) => {
        if (inFlight.size > 0) await Promise.race([finished, setTimeout(patience, undefined, { ref: false })])
      }
      await finish(CLIENT_PATIENCE)
      for (const response of inFlight) if (waitsForClient(response)) response.destroy()
      await finish(PATIENCE - CLIENT_PATIENCE)
    })
  },
  { name: 'finish-answers' },
)

/** Whether a response waits for the rest of its request, or for the client to read it. */
function waitsForClient({ req, writableEnded, writableNeedDrain }: ServerResponse): boolean {
  return writableEnded || writableNeedDrain || req.complete === false
}
