import swagger from '@fastify/swagger'
import fastify from 'fastify'
import type { OpenAPIV3 } from 'openapi-types'
import packageJson from '../../package.json' with { type: 'json' }
import { noCompilers } from '../wire/no-compilers.ts'
import { CONTROL } from './control.ts'
import { operations } from './operations/index.ts'
import { problem } from './schemas.ts'

const DESCRIPTION = `The mock's own API: what is true, what has happened, what goes wrong, and when.

Every operation is about one portal: the first, or the one that the path (\`/@name/__mock/…\`), the header
\`X-DocSpace-Mock-Portal\` or the host (\`name.localhost\`) names, which is made if need be.

A body is JSON whatever its content type says. What doesn't fit is refused with 400 and a message that names the member;
nothing has changed then.
`

/** Refusals that every operation has in common. */
const refusals = {
  401: { description: 'The server was started with a `--control-token`, and it was not sent.', ...problem },
  403: {
    description: 'The caller is on another machine or is a page of another origin, or the Host is unknown.',
    ...problem,
  },
} as const

/** Makes the OpenAPI document of the control API. */
export async function describeControl(): Promise<OpenAPIV3.Document> {
  const app = fastify({ schemaController: { compilersFactory: noCompilers } })
  await app.register(swagger, {
    openapi: {
      openapi: '3.0.4',
      info: { title: 'docspace-mock control API', version: packageJson.version, description: DESCRIPTION },
      servers: [{ url: '/' }],
      components: { securitySchemes: { controlToken: { type: 'http', scheme: 'bearer' } } },
      security: [{}, { controlToken: [] }],
    },
    transform: ({ schema, url }) => ({
      schema: { ...schema, response: { ...refusals, ...Object(schema.response) } },
      url,
    }),
  })
  await app.register(operations, { prefix: CONTROL })
  await app.ready()
  const document = app.swagger() as OpenAPIV3.Document
  await app.close()
  return document
}
