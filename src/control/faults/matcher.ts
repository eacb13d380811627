import { EmployeeType } from '../../domain/employee-type.ts'
import { parseGuid } from '../../domain/guid.ts'
import type { Member } from '../../domain/permissions.ts'
import type { FaultDefinition } from './definition.ts'
import { pathPattern } from './path-pattern.ts'

/** As much of a request as faults are matched against. */
export interface Call {
  /** The operationId; `undefined`: the request is none of an operation. */
  operation: string | undefined
  method: string
  /** As routes are matched against it, without a query and the name of a portal. */
  path: string
  /** Who has proven to call; `null`: nobody. */
  caller: Member | null
  /** The caller's e-mail, which is looked up only where it is asked for. */
  email: () => string | undefined
}

/** Whether a request is meant. */
export type Matcher = (call: Call) => boolean

const roles = new Map<string, Matcher>([
  ['anonymous', ({ caller }) => caller === null],
  ['owner', ({ caller }) => caller?.isOwner === true],
  ...(['DocSpaceAdmin', 'RoomAdmin', 'User', 'Guest'] as const).map((name): [string, Matcher] => [
    name.toLowerCase(),
    ({ caller }) => caller !== null && !caller.isOwner && caller.type === EmployeeType[name],
  ]),
])

/** Reads whom a fault means: an id, an e-mail, a role or anonymous; `null` where it is none of that. */
export function userMatcher(user: string): Matcher | null {
  const role = roles.get(user.toLowerCase())
  if (role !== undefined) return role
  const id = parseGuid(user)
  if (id !== null) return ({ caller }) => caller?.id === id
  const wanted = user.toLowerCase()
  return user.includes('@') ? ({ email }) => email()?.toLowerCase() === wanted : null
}

/** Reads which requests a fault means, but for their number and for chance. */
export function matcherOf({ operation, method, path, user }: NonNullable<FaultDefinition['match']> = {}): Matcher {
  const matchers: Matcher[] = []
  if (operation !== undefined) matchers.push((call) => call.operation === operation)
  if (method !== undefined) matchers.push((call) => call.method === method.toUpperCase())
  if (path !== undefined) {
    const fits = pathPattern(path)
    matchers.push((call) => fits(call.path))
  }
  // the dearest comes last
  if (user !== undefined) matchers.push(userMatcher(user) ?? (() => false))
  return (call) => matchers.every((matches) => matches(call))
}
