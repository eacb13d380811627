import type { FastifyPluginAsync } from 'fastify'
import { nearestTo } from '../domain/spelling.ts'
import type { MemoryUse, PortalMemory } from '../store/memory-budget.ts'
import { pack, unpack } from '../store/packed-image.ts'
import { perSlot } from '../store/per-portal.ts'
import type { PortalSlot } from '../store/portal-slot.ts'
import { MockRefusal } from '../wire/refusals.ts'
import { badRequest } from './schemas.ts'
import { StateError } from './state.ts'
import { providerStates } from './states.ts'

/** Where a verifier of pacts is told to change states, below the control API. */
export const PROVIDER_STATES = '/provider-states'

const tags = ['Pact'] as const

const list = {
  operationId: 'getProviderStates',
  summary: 'List the provider states',
  description: 'The states that a pact may say are given, in words.',
  tags,
  response: { 200: { description: 'The states', type: 'object', additionalProperties: true } },
} as const

const change = {
  operationId: 'changeProviderState',
  summary: 'Make what a pact says was given, or undo it',
  description:
    "Speaks Pact's protocol: `setup` makes it so and gives values to inject, `teardown` puts everything back to what it was before the first.",
  tags,
  body: {
    type: 'object',
    properties: {
      state: { type: 'string' },
      params: { type: 'object', nullable: true, additionalProperties: true },
      action: { type: 'string', enum: ['setup', 'teardown'], default: 'setup' },
    },
  },
  response: { 200: { description: 'Values by name', type: 'object', additionalProperties: true }, 400: badRequest },
} as const

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
 * people, credentials, settings, mails, links.
 */
export const providerStatesEndpoint: FastifyPluginAsync = async (app) => {
  const memory = perSlot(({ memory }) => new Marked(memory))

  app.get(PROVIDER_STATES, { schema: list }, async () => ({
    states: providerStates.map(({ name, description, params = {} }) => ({ name, description, params })),
  }))

  // what is wrong with a state is said in words that lead to the right one
  app.post(PROVIDER_STATES, { schema: change, validatorCompiler: () => () => true }, async (request) => {
    const change = readChange(request.body)
    const { slot, root } = request
    const marked = memory(slot)
    if (change.action === 'teardown' || change.state === '') {
      await marked.restore(slot)
      return {}
    }
    const { setup, words } = await findState(change)
    const { isSet } = marked
    if (!isSet) await marked.set(slot.image())
    try {
      return await setup({ portal: slot, root, words, params: change.params })
    } catch (error) {
      if (!isSet) await marked.restore(slot)
      // a verifier knows no other refusals than of what it has asked for
      throw error instanceof MockRefusal ? new StateError(error.message) : error
    }
  })
}

/** The packed image of a portal before its first provider state. Never evicted: the next teardown needs it. */
class Marked {
  readonly #memory: MemoryUse
  #image: Promise<Buffer> | null = null

  constructor(memory: PortalMemory) {
    this.#memory = memory.add('marks', null)
  }

  get isSet(): boolean {
    return this.#image !== null
  }

  async set(image: Buffer): Promise<void> {
    const packing = pack(image)
    this.#image = packing
    const { length } = await packing
    if (this.#image === packing) this.#memory.note(length)
  }

  async restore(slot: PortalSlot): Promise<void> {
    const marked = this.#image
    if (marked === null) return
    const image = await unpack(await marked)
    // another teardown may have come back to it meanwhile
    if (this.#image !== marked) return
    slot.restore(image)
    this.#image = null
    this.#memory.note(0)
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
  const nearest = nearestTo(state, providerStates, ({ name }) => name)
  const advice = nearest === undefined ? '' : `did you mean '${nearest.name}'? `
  throw new StateError(`there is no state '${state}'; ${advice}GET lists all`)
}
