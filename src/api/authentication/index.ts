import type { FastifyPluginAsync } from 'fastify'
import { bodies } from '../body.ts'
import { authenticateMe } from './authenticate-me.ts'
import { authenticateMeWithCode } from './authenticate-me-with-code.ts'
import { getIsAuthentificated } from './get-is-authentificated.ts'
import { logout } from './logout.ts'

/** What is under `/api/2.0/authentication`. */
export const authentication: FastifyPluginAsync = async (app) => {
  await app.register(getIsAuthentificated)
  await app.register(logout)
  await app.register(signingIn)
}

const signingIn: FastifyPluginAsync = async (app) => {
  await app.register(bodies)
  await app.register(authenticateMe)
  await app.register(authenticateMeWithCode)
}
