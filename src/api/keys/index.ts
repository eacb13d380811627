import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import { bodies } from '../body.ts'
import { createApiKey } from './create-api-key.ts'
import { deleteApiKey } from './delete-api-key.ts'
import { getAllPermissions } from './get-all-permissions.ts'
import { getApiKey } from './get-api-key.ts'
import { getApiKeys } from './get-api-keys.ts'
import { updateApiKey } from './update-api-key.ts'

/** What is under `/api/2.0/keys`. */
export const keys: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  getApiKeys(app)
  getApiKey(app)
  getAllPermissions(app)
  deleteApiKey(app)
  await app.register(withBodies)
}

const withBodies: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  await app.register(bodies)
  createApiKey(app)
  updateApiKey(app)
}
