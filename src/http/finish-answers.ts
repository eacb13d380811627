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

/** How long unfinished responses may take, in ms: a guard that never decides must not keep a server open. */
const PATIENCE = 5000

/** How long clients may stall while sending or reading, in ms. */
const CLIENT_PATIENCE = 200

/**
 * Lets responses in flight finish before a closing server closes its connections. Node by itself waits for clients that
 * have sent nothing yet and for idle connections, and Fastify doesn't wait for the second address of `localhost`. So a
 * server with this plugin closes all connections (`forceCloseConnections`) once all responses in flight have finished.
 * It doesn't wait for clients that stall in the middle of a request or a response.
 */
export const finishAnswers = fp(
  async (app) => {
    const inFlight = new Set<ServerResponse>()
    const { promise: finished, resolve: allFinished } = Promise.withResolvers<void>()
    const closing = new AbortController()
    // one for each answer that waits for something
    setMaxListeners(0, closing.signal)
    app.decorate('closing', closing.signal)
    function settle(this: ServerResponse): void {
      inFlight.delete(this)
      if (closing.signal.aborted && inFlight.size === 0) allFinished()
    }
    app.addHook('onRequest', (_, { raw }, done) => {
      inFlight.add(raw)
      raw.on('close', settle)
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

/** Whether a response waits for its client to send the rest of the request, or to read. */
function waitsForClient({ req, writableEnded, writableNeedDrain }: ServerResponse): boolean {
  return writableEnded || writableNeedDrain || req.complete === false
}
