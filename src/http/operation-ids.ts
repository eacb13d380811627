import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** The operationIds of all that the server answers. */
    operationIds: ReadonlySet<string>
  }
}

/** Notes the names of the operations, for whoever lets people name them. */
export const operationIds = fp(
  async (app) => {
    const ids = new Set<string>()
    app.decorate('operationIds', ids)
    app.addHook('onRoute', ({ schema }) => {
      if (schema?.operationId !== undefined) ids.add(schema.operationId)
    })
  },
  { name: 'operation-ids' },
)
