import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { Profile } from '../domain/profile.ts'
import { portalsInUse } from '../http/tenant.ts'
import type { Journal } from '../journal/journal.ts'
import { FixtureError } from '../store/fixture.ts'
import { logFailure, publicMessage } from '../store/log-failure.ts'
import type { PortalSlot } from '../store/portal-slot.ts'
import { type Portals, PortalsInUseError } from '../store/portals.ts'
import { describeMismatch, mostTelling } from '../store/schema-check.ts'
import { MockRefusal } from '../wire/refusals.ts'
import { CONTROL } from './control.ts'
import type { CreateServer } from './credentials/rehearsal.ts'
import { takeOver } from './handover.ts'
import { DEEPEST, isShallow } from './json-depth.ts'
import { operations } from './operations/index.ts'
import { StateError } from './state.ts'
import { validatorCompiler } from './validator.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the portal's own links begin with, as the client sees it. */
    root: string
  }
  interface FastifyInstance {
    /** What a portal was asked, and what it answered. */
    journalOf: (slot: PortalSlot) => Journal
    /** Which contract the server speaks that is controlled. */
    profile: Profile
  }
}

/** What {@link createControlApp} needs. */
export interface ControlAppOptions {
  portals: Portals
  journalOf: (slot: PortalSlot) => Journal
  /** Aborted when the server begins to close. */
  closing: AbortSignal
  /** The operationIds of DocSpace's operations. */
  operationIds: ReadonlySet<string>
  profile: Profile
  createServer: CreateServer
  /** The server's own. */
  log: FastifyBaseLogger
}

/** The maximum size of a body, in bytes. Operations that take a fixture or faults have larger limits. */
const BODY_LIMIT = 256_000

/** The longest part of a path, in characters: that of an e-mail. */
const LONGEST_PARAM = 1000

/**
 * Makes the app that answers the control API. It serves requests that {@link handOver} has told it about, and no others.
 */
export async function createControlApp({ log, ...options }: ControlAppOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: log,
    childLoggerFactory: () => log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: LONGEST_PARAM },
    schemaErrorFormatter: (errors) => new Error(describeMismatch(mostTelling(errors))),
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(() => JSON.stringify)
  takeAnyBodyAsJson(app)
  for (const [name, value] of Object.entries(options as object)) app.decorate(name, value)
  app.decorateRequest('slot', null as unknown as PortalSlot)
  app.decorateRequest('portalPath', '')
  app.decorateRequest('root', '')
  app.addHook('onRequest', async (request) => {
    Object.assign(request, takeOver(request.raw))
  })
  app.setErrorHandler(async (thrown: Error & { statusCode?: number; validation?: unknown }, request, reply) => {
    const error = thrown instanceof PortalsInUseError ? portalsInUse(thrown) : thrown
    const status = statusOf(error)
    if (status === 413) {
      const limit = request.routeOptions.bodyLimit ?? BODY_LIMIT
      // with the connection closed, a client that still sends never reads the answer
      reply.removeHeader('connection')
      return reply.code(413).send({ error: `the body is larger than ${limit} bytes` })
    }
    if (error instanceof MockRefusal) reply.headers(error.headers)
    if (status < 500 || error instanceof MockRefusal) return reply.code(status).send({ error: error.message })
    logFailure(log.child({ portal: request.slot.alias }), error)
    return reply.code(status).send({ error: publicMessage(error) })
  })
  app.setNotFoundHandler(async ({ method, url }, reply) => {
    const error = `there is no ${method} ${url.replace(/\?.*/, '')}; GET ${CONTROL}/openapi.json describes what there is`
    return reply.code(404).send({ error })
  })
  await app.register(operations, { prefix: CONTROL })
  return app
}

function statusOf(error: Error & { statusCode?: number; status?: number }): number {
  if (error instanceof MockRefusal) return error.status
  if (error instanceof StateError || error instanceof FixtureError) return 400
  return error.statusCode ?? 500
}

/** Whatever a body is said to be, it is JSON: `curl -d` says that it is a form. One that is empty is none. */
function takeAnyBodyAsJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    const text = String(body)
    if (text.trim() === '') return done(null)
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      return done(new MockRefusal(400, `the body is no JSON: ${(error as Error).message}`))
    }
    if (!isShallow(value)) return done(new MockRefusal(400, `the body is more than ${DEEPEST} levels deep`))
    done(null, value)
  })
}
