import fp from 'fastify-plugin'

/** Lets requests carry any body of any type: no operation reads one, and Node throws away what isn't read. */
export const tolerateBodies = fp(
  async (app) => {
    // the one method that Fastify fails where its body has no type
    app.addHttpMethod('QUERY', { hasBody: false, overrideExisting: true })
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, _payload, done) => done(null))
    app.addHook('onRequest', ({ headers }, _, done) => {
      // Fastify refuses a type that it can't parse before it asks any parser
      delete headers['content-type']
      done()
    })
  },
  { name: 'tolerate-bodies' },
)
