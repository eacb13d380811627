import type { FastifyPluginAsync } from 'fastify'
import { providerStatesEndpoint } from '../provider-states.ts'
import { clock } from './clock.ts'
import { credentials } from './credentials.ts'
import { fixture } from './fixture.ts'
import { mint } from './mint.ts'
import { openapi } from './openapi.ts'
import { portals } from './portals.ts'
import { reset } from './reset.ts'
import { settings } from './settings.ts'
import { snapshots } from './snapshots.ts'
import { users } from './users.ts'

/** The operations of the control API. */
export const operations: FastifyPluginAsync = async (app) => {
  await app.register(openapi)
  await app.register(portals)
  await app.register(reset)
  await app.register(snapshots)
  await app.register(fixture)
  await app.register(users)
  await app.register(settings)
  await app.register(credentials)
  await app.register(mint)
  await app.register(clock)
  await app.register(providerStatesEndpoint)
}
