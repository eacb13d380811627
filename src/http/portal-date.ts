import fp from 'fastify-plugin'

/** Dates answers by the portal's clock once that was changed. Until then Node does it. */
export const portalDate = fp(
  async (app) => {
    app.addHook('onSend', ({ portal }, reply, payload, done) => {
      // what is no good request at all is refused before a portal is chosen
      if (portal?.clock.isChanged) reply.header('date', new Date(portal.clock.now()).toUTCString())
      done(null, payload)
    })
  },
  { name: 'portal-date', dependencies: ['tenant'] },
)
