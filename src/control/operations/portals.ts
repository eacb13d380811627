import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import { PORTAL_NAME } from '../../domain/portal-name.ts'
import { DataFileError } from '../../store/data-file-error.ts'
import { checkFixture, type Fixture } from '../../store/fixture.ts'
import type { PortalSlot } from '../../store/portal-slot.ts'
import { PortalTemplate } from '../../store/portal-template.ts'
import type { Portals } from '../../store/portals.ts'
import { MockRefusal } from '../../wire/refusals.ts'
import { badRequest, done, failed, notFound, problem } from '../schemas.ts'
import { FIXTURE_LIMIT } from './fixture.ts'

const portal = {
  type: 'object',
  required: ['name', 'tenantId', 'isFixed', 'users', 'memory'],
  properties: {
    name: { type: 'string', description: 'Its alias. It is at `/@name`, and at `name.localhost`.' },
    tenantId: { type: 'integer' },
    isFixed: { type: 'boolean', description: 'Whether the server was started with it: it can’t be dropped.' },
    users: { type: 'integer', description: 'What userscount answers.' },
    memory: {
      type: 'integer',
      description: 'Approximate bytes that the portal, its journal, snapshots and marks count towards --max-memory.',
    },
  },
} as const

const conflict = { description: 'The portal is there already, or has to stay.', ...problem } as const

const inUse = { description: 'All portals are in use. Retry after the time in Retry-After.', ...problem } as const

const name = { type: 'string', pattern: PORTAL_NAME, description: 'One label of a host name.' } as const
const params = { type: 'object', required: ['name'], properties: { name } } as const
const tags = ['Portals'] as const

const list = {
  operationId: 'getPortals',
  summary: 'List the portals',
  tags,
  response: { 200: { description: 'Those that are open', type: 'array', items: portal } },
} as const

const create = {
  operationId: 'createPortal',
  summary: 'Make a portal',
  description:
    'Makes a portal before its first use, from another fixture than the usual one if need be. The least recently used one makes room where there are too many.',
  tags,
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['name'],
    properties: {
      name,
      from: { type: 'string', description: 'The name of a portal that is made from the same fixture.' },
      fixture: { type: 'object', description: 'A fixture. Alias and tenant id in it count for nothing.' },
    },
  },
  response: { 201: { description: 'The portal', ...portal }, 400: badRequest, 409: conflict, 500: failed, 503: inUse },
} as const

const drop = {
  operationId: 'dropPortal',
  summary: 'Drop a portal',
  description:
    'Closes a portal and deletes its file, even a damaged one. A file of another program is refused and kept.',
  tags,
  params,
  response: { 204: done, 404: notFound, 409: conflict, 500: failed },
} as const

/** `GET` and `POST portals`, `DELETE portals/{name}`. */
export const portals: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  app.get('/portals', { schema: list }, async () => app.portals.list().map((slot) => describe(slot, app.portals)))

  app.post(
    '/portals',
    { schema: create, bodyLimit: FIXTURE_LIMIT },
    async ({ body: { name, from, fixture } }, reply) => {
      if (from !== undefined && fixture !== undefined) throw new MockRefusal(400, '/ takes from or fixture, not both')
      const template = await templateOf(app.portals, { from, fixture: fixture as Fixture | undefined })
      if (app.portals.has(name)) throw new MockRefusal(409, `there is a portal ${name}`)
      await template.prepare()
      // another client may have created it meanwhile
      if (app.portals.has(name)) throw new MockRefusal(409, `there is a portal ${name}`)
      return reply.code(201).send(describe(app.portals.create(name, template), app.portals))
    },
  )

  app.delete('/portals/:name', { schema: drop }, async ({ params: { name } }, reply) => {
    if (!app.portals.has(name)) throw new MockRefusal(404, `there is no portal ${name}`)
    const slot = app.portals.find(name)
    if (slot === undefined) dropClosed(app.portals, name)
    else if (!app.portals.isFixed(slot)) app.portals.drop(slot)
    else throw new MockRefusal(409, `the server was started with the portal ${name}`)
    return reply.code(204).send()
  })
}

function dropClosed(portals: Portals, name: string): void {
  try {
    portals.dropClosed(name)
  } catch (error) {
    if (!(error instanceof DataFileError) || error.isOurs) throw error
    throw new MockRefusal(409, error.publicMessage)
  }
}

async function templateOf(
  portals: Portals,
  { from, fixture }: { from?: string | undefined; fixture: Fixture | undefined },
): Promise<PortalTemplate> {
  const template = from === undefined ? portals.template : portals.find(from)?.template
  if (template === undefined) throw new MockRefusal(400, `/from: there is no portal ${from}`)
  if (fixture === undefined) return template
  return new PortalTemplate({ ...template.options, fixture: await checkFixture(fixture, '/fixture') })
}

function describe(slot: PortalSlot, portals: Portals) {
  const { alias, tenantId, store, memory } = slot
  return { name: alias, tenantId, isFixed: portals.isFixed(slot), users: store.users.count(), memory: memory.bytes }
}
