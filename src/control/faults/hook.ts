import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type ControlOptions, isWithinReach } from '../allowed.ts'
import type { Infliction } from './infliction.ts'
import { knownFaults } from './registry.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The fault that has happened to the request, while it has more to do. */
    infliction: Infliction | null
  }
  interface FastifyContextConfig {
    /** `false`: no fault ever happens here. */
    faults?: false
  }
}

/** What {@link faults} needs. */
export interface FaultsPluginOptions {
  /** Who may use the control API, and so may ask for faults in a header; `false`: nobody. */
  control: ControlOptions | false
}

/** The header by which a request asks for a fault, and by which an answer says which one it had. */
export const FAULT_HEADER = 'x-docspace-mock-fault'

/**
 * Makes faults happen. It stands behind authentication, so that they can be somebody's, and in front of authorization,
 * as a proxy that fails asks nobody. A request without any costs a look-up, and what faults are made of is loaded with
 * the first.
 */
export const faults = fp<FaultsPluginOptions>(
  async (app, { control }) => {
    app.decorateRequest('infliction', null)

    app.addHook('onRequest', (request, reply, done) => {
      const header = askedFault(request, control)
      const mayFail = header !== undefined || knownFaults(request.slot)?.isEmpty === false
      if (!mayFail || request.routeOptions.config.faults === false) return done()
      begin(header, request, reply).then((goesOn) => {
        if (goesOn) done()
      }, done)
    })

    app.addHook('onSend', (request, _, payload, done) => {
      const { infliction } = request
      if (infliction === null) return done(null, payload)
      request.infliction = null
      infliction.finish(payload).then((sent) => {
        if (sent !== null) done(null, sent.payload)
      }, done)
    })
  },
  { name: 'faults', dependencies: ['authentication', 'journal'] },
)

/**
 * The fault that a request asks for itself. It counts for those who could use the control API without a token: the
 * credentials of a request are DocSpace's.
 */
function askedFault({ headers, ip }: FastifyRequest, control: ControlOptions | false): string | undefined {
  const header = headers[FAULT_HEADER]?.toString()
  if (header === undefined || control === false || control.token !== null) return undefined
  return isWithinReach(ip, control) ? header : undefined
}

async function begin(header: string | undefined, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
  const { findHit, Infliction } = await import('./inflict.ts')
  const hit = findHit(header, request)
  if (hit === null) return true
  const infliction = new Infliction(hit, request, reply)
  request.infliction = infliction
  return infliction.begin()
}
