import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import { bodies } from '../body.ts'
import { changeActivation } from './change-activation.ts'
import { createClient } from './create-client.ts'
import { deleteClient } from './delete-client.ts'
import { getClient } from './get-client.ts'
import { getClients } from './get-clients.ts'
import { getScopes } from './get-scopes.ts'
import { identityService } from './identity-service.ts'
import { regenerateSecret } from './regenerate-secret.ts'
import { updateClient } from './update-client.ts'

/** The API of DocSpace's identity service: OAuth2 clients, and the scopes that they can have. */
export const identityOperations: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  await app.register(identityService)
  getScopes(app)
  await app.register(clients, { prefix: '/clients' })
}

const clients: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  getClients(app)
  getClient(app)
  deleteClient(app)
  regenerateSecret(app)
  await app.register(withBodies)
}

/** The maximum size of a body, in bytes: fits a client with the largest logo, escaped. */
const MAX_CLIENT_SIZE = 2_500_000

const withBodies: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  await app.register(bodies, { limit: MAX_CLIENT_SIZE })
  createClient(app)
  updateClient(app)
  changeActivation(app)
}
