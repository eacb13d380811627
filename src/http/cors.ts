import fp from 'fastify-plugin'

/**
 * Cross-origin requests, by the framework's rules: `*` is said to everybody without credentials, a list of origins gets
 * its own members echoed with credentials allowed. A preflight is answered before anything else is looked at, whatever
 * path or method it asks for.
 */
export const cors = fp<{ allowedOrigins: '*' | readonly string[] }>(
  async (app, { allowedOrigins }) => {
    app.addHook('onRequest', (request, reply, done) => {
      const { origin } = request.headers
      if (!origin) return done()
      const allowed = allowedOrigins === '*' || allowedOrigins.includes(origin)
      if (allowedOrigins === '*') reply.header('access-control-allow-origin', '*')
      else if (allowed) {
        reply.header('access-control-allow-origin', origin)
        reply.header('access-control-allow-credentials', 'true')
        reply.header('vary', 'Origin')
      }
      const method = request.headers['access-control-request-method']
      if (request.method !== 'OPTIONS' || method === undefined) return done()
      if (allowed) {
        reply.header('access-control-allow-methods', method)
        const headers = request.headers['access-control-request-headers']
        if (headers) reply.header('access-control-allow-headers', headers.replace(/\s*,\s*/g, ','))
      }
      reply.code(204).send()
    })
  },
  { name: 'cors' },
)
