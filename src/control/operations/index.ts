import type { FastifyPluginAsync } from 'fastify'
import { providerStatesEndpoint } from '../provider-states.ts'
import { clock } from './clock.ts'
import { credentials } from './credentials.ts'
import { faults } from './faults.ts'
import { findings } from './findings.ts'
import { fixture } from './fixture.ts'
import { journal } from './journal.ts'
import { journalStream } from './journal-stream.ts'
import { marks } from './marks.ts'
import { mint } from './mint.ts'
import { openapi } from './openapi.ts'
import { outbox } from './outbox.ts'
import { portals } from './portals.ts'
import { reset } from './reset.ts'
import { settings } from './settings.ts'
import { snapshots } from './snapshots.ts'
import { users } from './users.ts'

/** The operations of the control API. */
export const operations: FastifyPluginAsync = async (app) => {
  await app.register(clock)
  await app.register(credentials)
  await app.register(faults)
  await app.register(findings)
  await app.register(fixture)
  await app.register(journal)
  await app.register(journalStream)
  await app.register(marks)
  await app.register(mint)
  await app.register(openapi)
  await app.register(outbox)
  await app.register(portals)
  await app.register(providerStatesEndpoint)
  await app.register(reset)
  await app.register(settings)
  await app.register(snapshots)
  await app.register(users)
}
