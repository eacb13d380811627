import type { FastifyPluginAsync } from 'fastify'
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
export const identityOperations: FastifyPluginAsync = async (app) => {
  await app.register(identityService)
  await app.register(getScopes)
  await app.register(clients, { prefix: '/clients' })
}

const clients: FastifyPluginAsync = async (app) => {
  await app.register(getClients)
  await app.register(getClient)
  await app.register(deleteClient)
  await app.register(regenerateSecret)
  await app.register(withBodies)
}

const withBodies: FastifyPluginAsync = async (app) => {
  await app.register(bodies)
  await app.register(createClient)
  await app.register(updateClient)
  await app.register(changeActivation)
}
