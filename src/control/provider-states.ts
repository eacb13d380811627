import { distance } from 'fastest-levenshtein'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { arrival } from '../http/arrival.ts'
import { type TenantOptions, tenant } from '../http/tenant.ts'
import { perPortal } from '../store/per-portal.ts'
import { portalRoot } from '../wire/root.ts'
import { StateError } from './state.ts'
import { providerStates } from './states.ts'

/** Where a verifier of pacts is told to change states. */
export const PROVIDER_STATES = '/__mock/provider-states'

/** What a verifier sends for each state that a pact says was given. */
interface StateChange {
  state: string
  params: Record<string, unknown>
  action: 'setup' | 'teardown'
}

/**
 * Pact's provider states: what a pact says was given is made so here. POST with `{"state", "params", "action"}`, as
 * Pact's verifiers send it; GET lists the states.
 *
 * The first state that is set up leaves a mark to which every teardown, and the state that has no name, comes back:
 * people, credentials, settings, mails, links. It asks for no credential and heeds no setting of the portal.
 */
export const providerStatesEndpoint: FastifyPluginAsync<TenantOptions> = async (app, options) => {
  await app.register(arrival)
  await app.register(tenant, options)
  const memory = perPortal((): Marked => ({ rewind: null }))

  app.addHook('onRequest', async (request) => refuseForeignPages(request))
  app.removeContentTypeParser('text/plain')
  app.setErrorHandler(async (error: Error & { statusCode?: number }, _, reply) => {
    const status = error.statusCode ?? (error instanceof StateError ? 400 : 500)
    return reply.code(status).send({ error: status < 500 ? error.message : `${error.name}: ${error.message}` })
  })

  app.get(PROVIDER_STATES, async () => ({
    states: providerStates.map(({ name, description, params = {} }) => ({ name, description, params })),
  }))

  app.post(PROVIDER_STATES, async (request) => {
    const change = readChange(request.body)
    const marked = memory(request.portal)
    if (change.action === 'teardown' || change.state === '') {
      undo(marked)
      return {}
    }
    const { setup, words } = await findState(change)
    const { portal } = request
    const isFirst = marked.rewind === null
    marked.rewind ??= portal.mark()
    try {
      return await setup({ portal, root: portalRoot(request), words, params: change.params })
    } catch (error) {
      if (isFirst) undo(marked)
      throw error
    }
  })
}

/** A portal's way back to what it was before the first state. */
interface Marked {
  rewind: (() => void) | null
}

function undo(marked: Marked): void {
  marked.rewind?.()
  marked.rewind = null
}

/** Browsers say which page a request comes from. Those of other hosts have no business here. */
function refuseForeignPages({ headers: { origin }, host }: FastifyRequest): void {
  if (origin !== undefined && URL.parse(origin)?.host !== host) {
    throw Object.assign(new StateError(`pages of ${origin} may not change states`), { statusCode: 403 })
  }
}

function readChange(body: unknown): StateChange {
  const { state, params, action = 'setup' } = Object(body) as Record<string, unknown>
  if (typeof state !== 'string') throw new StateError('/state must be a text; GET lists the states that there are')
  if (action !== 'setup' && action !== 'teardown') throw new StateError('/action must be setup or teardown')
  if (params != null && (typeof params !== 'object' || Array.isArray(params))) {
    throw new StateError('/params must be an object')
  }
  return { state: state.trim(), params: { ...params }, action }
}

async function findState({ state, params }: StateChange) {
  for (const { pattern, check, setup } of providerStates) {
    const match = pattern.exec(state)
    if (match === null) continue
    const mismatch = check ? await check(params) : Object.keys(params).length > 0 ? 'this state has none' : null
    if (mismatch !== null) throw new StateError(`/params: ${mismatch}`)
    return { setup, words: match.slice(1).map((word) => word ?? '') }
  }
  const nearest = providerStates.toSorted((a, b) => distance(state, a.name) - distance(state, b.name))[0]
  throw new StateError(`there is no state '${state}'; did you mean '${nearest?.name}'? GET lists all`)
}
