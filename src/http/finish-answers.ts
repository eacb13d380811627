import { setMaxListeners } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** Aborted when the server begins to close: for answers that wait, or would never end by themselves. */
    closing: AbortSignal
  }
}

/** How long answers may take that are still owed, in ms: a guard that never decides must not keep a server open. */
const PATIENCE = 5000

/**
 * Lets the answers that are being made go out before a server that is closed hangs up. Node by itself waits for clients
 * who have asked nothing yet and for those who keep their connection, and Fastify doesn't wait for the second address
 * of `localhost`: so a server with this one is told to hang up on everybody (`forceCloseConnections`), and closes only
 * when it owes nobody anything.
 */
export const finishAnswers = fp(
  async (app) => {
    let owed = 0
    const { promise: answered, resolve: allAnswered } = Promise.withResolvers<void>()
    const closing = new AbortController()
    // one for each answer that waits for something
    setMaxListeners(0, closing.signal)
    app.decorate('closing', closing.signal)
    const settle = () => {
      owed -= 1
      if (closing.signal.aborted && owed === 0) allAnswered()
    }
    app.addHook('onRequest', (_, { raw }, done) => {
      owed += 1
      raw.on('close', settle)
      done()
    })
    app.addHook('preClose', async () => {
      closing.abort()
      if (owed > 0) await Promise.race([answered, setTimeout(PATIENCE, undefined, { ref: false })])
    })
  },
  { name: 'finish-answers' },
)
