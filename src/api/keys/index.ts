import type { FastifyPluginAsync } from 'fastify'
import { bodies } from '../body.ts'
import { createApiKey } from './create-api-key.ts'
import { deleteApiKey } from './delete-api-key.ts'
import { getAllPermissions } from './get-all-permissions.ts'
import { getApiKey } from './get-api-key.ts'
import { getApiKeys } from './get-api-keys.ts'
import { updateApiKey } from './update-api-key.ts'

/** What is under `/api/2.0/keys`. */
export const keys: FastifyPluginAsync = async (app) => {
  await app.register(getApiKeys)
  await app.register(getApiKey)
  await app.register(getAllPermissions)
  await app.register(deleteApiKey)
  await app.register(withBodies)
}

const withBodies: FastifyPluginAsync = async (app) => {
  await app.register(bodies)
  await app.register(createApiKey)
  await app.register(updateApiKey)
}
