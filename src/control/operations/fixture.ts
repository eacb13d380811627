import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import { exportFixtureText } from '../../store/export-fixture.ts'
import { checkFixture } from '../../store/fixture.ts'
import type { PortalSlot } from '../../store/portal-slot.ts'
import { MockRefusal } from '../../wire/refusals.ts'
import { MOST_PEOPLE } from '../crowd.ts'
import { badRequest, done, failed } from '../schemas.ts'
import { textStream } from '../text-stream.ts'

/** The maximum size of a body with a fixture, in bytes: 100,000 users take half of it. */
export const FIXTURE_LIMIT = 64_000_000

const tags = ['State'] as const

const read = {
  operationId: 'exportFixture',
  summary: 'Export the portal as a fixture',
  description: `Gives the portal as it is now as a fixture that \`--fixture\` and \`PUT fixture\` take: people with the passwords and API keys whose text is known, those of the fixture and those that were made by this API; OAuth2 clients with their secrets; settings.

What a fixture has no place for is left out: passwords and API keys that clients have chosen, of which the portal keeps the hash only, sign-ins, what OAuth2 has given, links, mails, when keys and OAuth2 clients were made and last used or changed, the time. A snapshot has all of it.`,
  tags,
  response: {
    200: { description: 'A fixture, as fixtures/portal.schema.json says', type: 'object', additionalProperties: true },
  },
} as const

const load = {
  operationId: 'loadFixture',
  summary: 'Load another fixture',
  description:
    'Makes the portal anew from a fixture, which a reset leads to from then on. Alias and tenant id in it count for nothing: the portal keeps its own. Snapshots stay.',
  tags,
  body: { type: 'object', description: 'A fixture, as fixtures/portal.schema.json says' },
  response: { 204: done, 400: badRequest, 500: failed },
} as const

/** `GET` and `PUT fixture`. */
export const fixture: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  app.get('/fixture', { schema: read }, async ({ slot }, reply) => {
    return reply.type('application/json; charset=utf-8').send(textStream(textOfCopy(slot)) as never)
  })

  app.put('/fixture', { schema: load, bodyLimit: FIXTURE_LIMIT }, async ({ slot, body }, reply) => {
    const checked = await checkFixture(body, 'the fixture')
    const { generatedUsers = 0 } = checked
    if (generatedUsers > MOST_PEOPLE) {
      throw new MockRefusal(400, `the fixture: /generatedUsers must be <= ${MOST_PEOPLE} here; start with it for more`)
    }
    await slot.loadInTurns(checked)
    return reply.code(204).send()
  })
}

/** Reads from a copy, since other requests may write to the portal meanwhile. */
async function* textOfCopy(slot: PortalSlot): AsyncGenerator<string> {
  const copy = await slot.copy()
  try {
    yield* exportFixtureText(copy)
  } finally {
    copy.close()
  }
}
