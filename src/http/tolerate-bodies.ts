import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyRequest {
    /** The Content-Type header as it was sent. */
    contentType: string | undefined
  }
}

/**
 * Lets requests carry any body of any type: an operation that reads one asks for its bytes, and Node throws away what
 * isn't read.
 */
export const tolerateBodies = fp(
  async (app) => {
    // the one method that Fastify fails where its body has no type
    app.addHttpMethod('QUERY', { hasBody: false, overrideExisting: true })
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, _payload, done) => done(null))
    app.decorateRequest('contentType', undefined)
    app.addHook('onRequest', (request, _, done) => {
      // Fastify refuses a type that it can't parse before it asks any parser
      request.contentType = request.headers['content-type']
      delete request.headers['content-type']
      done()
    })
  },
  { name: 'tolerate-bodies' },
)
