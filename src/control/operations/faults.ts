import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import { MockRefusal } from '../../wire/refusals.ts'
import { checkFault, checkPlan } from '../faults/check.ts'
import { faultSchema, PLAN_NAME, type Plan, planSchema, seedSchema } from '../faults/definition.ts'
import type { Fault } from '../faults/fault.ts'
import { isBuiltIn } from '../faults/plans.ts'
import { faultsOf } from '../faults/portal-faults.ts'
import { isHeaderWord } from '../faults/request-header.ts'
import { badRequest, done, notFound, problem } from '../schemas.ts'

const text = { type: 'string' } as const

const fault = {
  type: 'object',
  required: ['id', 'name', 'effect', 'when', 'seed', 'calls', 'hits', 'remaining'],
  properties: {
    id: text,
    ...faultSchema.properties,
    calls: { type: 'integer', description: 'How many requests were meant, their number and chance left aside.' },
    hits: { type: 'integer', description: 'How often it has happened.' },
    remaining: { type: 'integer', nullable: true, description: 'How often it will; `null`: until it is removed.' },
  },
} as const

const list = { type: 'array', items: fault } as const

const plan = {
  type: 'object',
  required: ['name', 'isBuiltIn', 'faults'],
  properties: {
    name: text,
    isBuiltIn: { type: 'boolean', description: 'Whether it is there on every portal.' },
    ...planSchema.properties,
  },
} as const

const tooMany = { description: 'There are too many already, or the name is taken.', ...problem } as const
const tags = ['Faults'] as const
const idParams = { type: 'object', required: ['id'], properties: { id: text } } as const
const name = { type: 'string', pattern: PLAN_NAME, maxLength: 100 } as const
const nameParams = { type: 'object', required: ['name'], properties: { name } } as const

const schemas = {
  getFaults: {
    operationId: 'getFaults',
    summary: 'List the faults',
    tags,
    response: { 200: { description: 'The faults, the oldest first', ...list } },
  },
  createFault: {
    operationId: 'createFault',
    summary: 'Make a fault',
    description:
      'Of several faults whose turn it is at the same request, the oldest happens. None ever happens to the control API, to `/health`, `/ready` and `/liveness`, or to preflights. Answers of `/docs` and of the pages and endpoints of OAuth2 can be delayed, replaced and dropped before they are made only.',
    tags,
    body: faultSchema,
    response: { 201: { description: 'The fault', ...fault }, 400: badRequest, 409: tooMany },
  },
  clearFaults: { operationId: 'clearFaults', summary: 'Remove all faults', tags, response: { 204: done } },
  getFault: {
    operationId: 'getFault',
    summary: 'Look at a fault',
    tags,
    params: idParams,
    response: { 200: { description: 'The fault', ...fault }, 404: notFound },
  },
  deleteFault: {
    operationId: 'deleteFault',
    summary: 'Remove a fault',
    tags,
    params: idParams,
    response: { 204: done, 404: notFound },
  },
  getFaultPlans: {
    operationId: 'getFaultPlans',
    summary: 'List the plans',
    tags,
    response: {
      200: { description: 'Those that there always are, and those of the portal', type: 'array', items: plan },
    },
  },
  defineFaultPlan: {
    operationId: 'defineFaultPlan',
    summary: 'Define a plan',
    description: 'Defines several faults under a name, or others in their place. A reset forgets it.',
    tags,
    params: nameParams,
    body: planSchema,
    response: {
      200: { description: 'The plan, which was another', ...plan },
      201: { description: 'The plan', ...plan },
      400: badRequest,
      409: tooMany,
    },
  },
  applyFaultPlan: {
    operationId: 'applyFaultPlan',
    summary: 'Apply a plan',
    description: 'Makes the faults of a plan. The same seed, and the same requests, make the same ones happen again.',
    tags,
    params: nameParams,
    body: {
      type: 'object',
      nullable: true,
      additionalProperties: false,
      properties: { seed: seedSchema },
    },
    response: { 201: { description: 'The faults', ...list }, 400: badRequest, 404: notFound, 409: tooMany },
  },
  deleteFaultPlan: {
    operationId: 'deleteFaultPlan',
    summary: 'Delete a plan',
    description: 'Forgets a plan of the portal. The faults that it has made stay.',
    tags,
    params: nameParams,
    response: { 204: done, 404: notFound, 409: tooMany },
  },
} as const

/** The maximum size of a body with faults, in bytes: each fault may have its own response body. */
const FAULTS_LIMIT = 2_000_000

/** `faults` and `faults/plans`: what goes wrong with a portal. */
export const faults: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  app.get('/faults', { schema: schemas.getFaults }, async ({ slot }) => faultsOf(slot).list().map(describe))

  app.post('/faults', { schema: schemas.createFault, bodyLimit: FAULTS_LIMIT }, async ({ slot, body }, reply) => {
    checkFault(body, app.operationIds)
    return reply.code(201).send(describe(faultsOf(slot).add(body)))
  })

  app.delete('/faults', { schema: schemas.clearFaults }, async ({ slot }, reply) => {
    faultsOf(slot).clear()
    return reply.code(204).send()
  })

  app.get('/faults/:id', { schema: schemas.getFault }, async ({ slot, params: { id } }) => {
    const found = faultsOf(slot).find(id)
    if (found === undefined) throw new MockRefusal(404, `there is no fault ${id}`)
    return describe(found)
  })

  app.delete('/faults/:id', { schema: schemas.deleteFault }, async ({ slot, params: { id } }, reply) => {
    if (!faultsOf(slot).remove(id)) throw new MockRefusal(404, `there is no fault ${id}`)
    return reply.code(204).send()
  })

  await app.register(plans)
}

const plans: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  app.get('/faults/plans', { schema: schemas.getFaultPlans }, async ({ slot }) => {
    return [...faultsOf(slot).plans].map(([name, plan]) => describePlan(name, plan))
  })

  app.put(
    '/faults/plans/:name',
    { schema: schemas.defineFaultPlan, bodyLimit: FAULTS_LIMIT },
    async (request, reply) => {
      const { slot, body } = request
      const { name } = request.params
      checkPlan(body, app.operationIds)
      if (isHeaderWord(name)) throw new MockRefusal(409, `${name} means something else in X-DocSpace-Mock-Fault`)
      const isNew = faultsOf(slot).define(name, body)
      return reply.code(isNew ? 201 : 200).send(describePlan(name, body))
    },
  )

  app.post('/faults/plans/:name', { schema: schemas.applyFaultPlan }, async (request, reply) => {
    const made = faultsOf(request.slot).apply(request.params.name, request.body?.seed)
    return reply.code(201).send(made.map(describe))
  })

  app.delete('/faults/plans/:name', { schema: schemas.deleteFaultPlan }, async ({ slot, params: { name } }, reply) => {
    faultsOf(slot).forget(name)
    return reply.code(204).send()
  })
}

function describePlan(name: string, plan: Plan) {
  return { name, isBuiltIn: isBuiltIn(name), ...plan }
}

function describe({ id, name, definition, seed, calls, hits, remaining }: Fault) {
  const { when = 'before', ...rest } = definition
  return { id, ...rest, name, when, seed, calls, hits, remaining }
}
