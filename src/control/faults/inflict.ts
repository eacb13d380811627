import type { FastifyRequest } from 'fastify'
import { drawOf } from '../../domain/draw.ts'
import type { UserInfo } from '../../domain/user.ts'
import { MockRefusal } from '../../wire/refusals.ts'
import { plainTarget, splitTarget } from '../../wire/target.ts'
import type { Hit } from './fault.ts'
import type { Faults } from './faults.ts'
import { type Call, matcherOf } from './matcher.ts'
import { faultsOf } from './portal-faults.ts'
import { planNamedBy, readFaultHeader } from './request-header.ts'

export { Infliction } from './infliction.ts'

/**
 * The fault that happens to a request: what it asks for in a header, else what is due of its portal's. Faults of the
 * portal don't count requests that ask for one.
 *
 * @throws MockRefusal where the header asks for nothing that there is
 */
export function findHit(header: string | undefined, request: FastifyRequest): Hit | null {
  const faults = faultsOf(request.slot)
  const call = callOf(request)
  if (header === undefined) return faults.hit(call)
  const plan = planNamedBy(header)
  return plan === null ? readFaultHeader(header) : plannedHit(plan, faults, call)
}

/** The first fault of a plan that means a request. It happens for certain, whatever its number and its chance. */
function plannedHit(name: string, faults: Faults, call: Call): Hit | null {
  const { plans } = faults
  const plan = plans.get(name)
  if (plan === undefined) {
    throw new MockRefusal(
      400,
      `X-DocSpace-Mock-Fault: there is no plan ${name}; there are ${[...plans.keys()].join(', ')}`,
    )
  }
  const fault = plan.faults.find(({ match }) => matcherOf(match)(call))
  if (fault === undefined) return null
  return { name, call: null, effect: fault.effect, when: fault.when ?? 'before', draw: drawOf(fault.seed ?? 0, 1) }
}

function callOf({ routeOptions, method, originalUrl, caller, portal }: FastifyRequest): Call {
  return {
    operation: routeOptions.schema?.operationId,
    method,
    path: splitTarget(plainTarget(originalUrl)).path,
    caller,
    email: () => {
      const user = caller === null ? undefined : portal.store.users.find(caller.id)
      return user && (JSON.parse(user.info) as UserInfo).email
    },
  }
}
