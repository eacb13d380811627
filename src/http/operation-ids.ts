import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** The operationIds of all that the server answers. */
    operationIds: ReadonlySet<string>
  }
}

/**
 * Notes the names of the operations, for whoever lets people name them, and forgets what describes their answers: only
 * the apps that make documents read that, and each route would compile serializers that nobody calls.
 */
export const operationIds = fp(
  async (app) => {
    const ids = new Set<string>()
    app.decorate('operationIds', ids)
    app.addHook('onRoute', (route) => {
      if (route.schema?.operationId === undefined) return
      const { response: _, ...schema } = route.schema
      ids.add(route.schema.operationId)
      route.schema = schema
    })
  },
  { name: 'operation-ids' },
)
