import type { FastifyPluginAsync } from 'fastify'

/** Where the certificate of a server that speaks TLS is. */
export const CERTIFICATE = '/__mock/certificate.pem'

/** The server's certificate, for clients that are to trust it. There is none where the server speaks plain HTTP. */
export const certificateEndpoint: FastifyPluginAsync<{ cert: string | Buffer }> = async (app, { cert }) => {
  app.route({
    method: ['GET', 'HEAD'],
    url: CERTIFICATE,
    handler: (_, reply) => reply.type('application/x-pem-file').send(cert),
  })
}
