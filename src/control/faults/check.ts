import { MockRefusal } from '../../wire/refusals.ts'
import { checkOperation } from '../operation-name.ts'
import { allows, kindOf } from './answer-kind.ts'
import type { Effect, FaultAnswer, FaultDefinition, Plan } from './definition.ts'
import { userMatcher } from './matcher.ts'

/** Where faults never happen. */
const SPARED = /^\/(__mock|health|ready|liveness)(\/|$)/i

/** Headers that say how a message is sent, which is not for whoever makes its body to say. */
const FRAMING = /^(connection|content-length|keep-alive|te|trailer|transfer-encoding|upgrade)$/i

/** What HTTP lets a header be called. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/

/** The largest body of a fault's own, in bytes. */
const MAX_BODY = 65_536

/**
 * Refuses a fault that fits its schema and can't be all the same.
 *
 * @param operations the operationIds that there are
 * @param at where it stands in what was sent
 * @throws MockRefusal naming the member
 */
export function checkFault({ match = {}, effect }: FaultDefinition, operations: ReadonlySet<string>, at = ''): void {
  const { operation, path, user } = match
  checkOperation(operation, operations, `${at}/match/operation`)
  if (path !== undefined) checkPath(path, `${at}/match/path`)
  if (user !== undefined && userMatcher(user) === null) {
    const takes = 'takes an id, an e-mail, owner, DocSpaceAdmin, RoomAdmin, User, Guest or anonymous'
    throw new MockRefusal(400, `${at}/match/user ${takes}`)
  }
  checkEffect(effect, `${at}/effect`)
}

/**
 * Refuses a plan of which a fault can't be.
 *
 * @throws MockRefusal naming the member
 */
export function checkPlan({ faults }: Plan, operations: ReadonlySet<string>): void {
  for (const [i, fault] of faults.entries()) checkFault(fault, operations, `/faults/${i}`)
}

function checkPath(path: string, at: string): void {
  if (SPARED.test(path)) throw new MockRefusal(400, `${at}: no fault happens to ${path}`)
  if (path.startsWith('/@')) throw new MockRefusal(400, `${at} takes a path without the name of a portal`)
  const segments = path.split('/')
  const misplaced = segments.some((segment, i) => {
    return segment.includes('*') && segment !== '*' && !(segment === '**' && i === segments.length - 1)
  })
  if (misplaced) throw new MockRefusal(400, `${at} takes * for a whole segment, and ** at the end only`)
}

function checkEffect({ delay, answer, drop }: Effect, at: string): void {
  if (typeof delay === 'object' && delay.uniform !== undefined && delay.uniform.max < delay.uniform.min) {
    throw new MockRefusal(400, `${at}/delay/uniform/max must be at least min`)
  }
  if (answer !== undefined && drop === 'unanswered') {
    throw new MockRefusal(400, `${at} takes answer or drop unanswered, not both`)
  }
  if (answer !== undefined) checkAnswer(answer, `${at}/answer`)
}

function checkAnswer(answer: FaultAnswer, at: string): void {
  const { as, body, headers = {}, status } = answer
  if (body !== undefined && as !== undefined) throw new MockRefusal(400, `${at} takes body or as, not both`)
  if (!allows(kindOf(answer), status)) throw new MockRefusal(400, `${at}/as: there is no ${as} with status ${status}`)
  if (body !== undefined && Buffer.byteLength(JSON.stringify(body)) > MAX_BODY) {
    throw new MockRefusal(400, `${at}/body must be at most ${MAX_BODY} bytes`)
  }
  for (const name of Object.keys(headers)) {
    if (!HEADER_NAME.test(name)) throw new MockRefusal(400, `${at}/headers: ${JSON.stringify(name)} is no name`)
    if (FRAMING.test(name)) throw new MockRefusal(400, `${at}/headers takes no ${name}`)
  }
}
