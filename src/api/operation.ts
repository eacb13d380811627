import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'

/**
 * Adds the route of an operation to an app, which is no plugin: operations have nothing to encapsulate, and as many
 * contexts as there are operations would make each start take longer.
 */
export type Operation = (app: Parameters<FastifyPluginAsyncJsonSchemaToTs>[0]) => void
