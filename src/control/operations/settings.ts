import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import type { PortalSettings } from '../../domain/settings.ts'
import { settingsSchema } from '../fixture-schemas.ts'
import { badRequest, done } from '../schemas.ts'

const tags = ['Settings'] as const

const settingsState = { ...settingsSchema, description: 'The settings' } as const

const read = {
  operationId: 'getSettings',
  summary: 'Get the settings',
  description: '`rateLimits` are there where the portal has limits of its own.',
  tags,
  response: { 200: settingsState },
} as const

const change = {
  operationId: 'changeSettings',
  summary: 'Change settings',
  description:
    'Takes any of the settings that a fixture may have; those that are left out stay. The next request sees it. Once other `rateLimits` are set, requests are counted anew; `null` turns nobody away.',
  tags,
  body: { ...settingsSchema, minProperties: 1 },
  response: { 200: settingsState, 400: badRequest },
} as const

const endSessions = {
  operationId: 'endSessions',
  summary: "End everybody's sessions",
  description: 'Session tokens that were given before no longer hold. API keys, passwords and access tokens do.',
  tags,
  response: { 204: done },
} as const

/** `GET` and `PATCH settings`, `DELETE sessions`. */
export const settings: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  app.get('/settings', { schema: read }, async ({ slot }) => slot.settings)

  app.patch('/settings', { schema: change }, async ({ slot, body }) => {
    slot.changeSettings(body as Partial<PortalSettings>)
    return slot.settings
  })

  app.delete('/sessions', { schema: endSessions }, async ({ slot }, reply) => {
    slot.endSessions()
    return reply.code(204).send()
  })
}
