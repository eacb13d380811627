import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import { bodies } from '../body.ts'
import { authenticateMe } from './authenticate-me.ts'
import { authenticateMeFromBodyWithCode } from './authenticate-me-from-body-with-code.ts'
import { getIsAuthentificated } from './get-is-authentificated.ts'
import { logout } from './logout.ts'

/** What is under `/api/2.0/authentication`. */
export const authentication: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  getIsAuthentificated(app)
  logout(app)
  await app.register(signingIn)
}

const signingIn: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  await app.register(bodies)
  authenticateMe(app)
  authenticateMeFromBodyWithCode(app)
}
