import { type Caller, roleOf } from '../auth/caller.ts'
import { type Decision, isRefused, NO_CALLER, reasonOf, whyNoCaller } from '../auth/decision.ts'
import { queryPairs } from '../wire/query.ts'
import { splitTarget } from '../wire/target.ts'
import type { Entry, Exchange, KeptBody } from './entry.ts'
import { headerLines } from './lines.ts'
import { maskedHeader, maskedPath, maskedText, maskedValue } from './masks.ts'
import { shownBody } from './shown-body.ts'

/** Values by name: a list where a name was there several times. */
export type Values = Record<string, string | string[]>

/** A body as it is shown. */
export type DescribedBody = {
  /** Its text, or the beginning of it; `null`: nobody has seen it. */
  body: string | null
  /** In bytes; `null`: not known. */
  bodySize: number | null
}

/** What a guard made of a credential, as it is shown. */
export type DescribedDecision = {
  guard: string
  accepted: boolean
  reason: string
}

/** An entry of the journal as it is shown, secrets masked. */
export type DescribedEntry = {
  n: number
  at: string
  time: string
  milliseconds: number
  operation: string | null
  template: string | null
  method: string
  path: string
  query: Values
  status: number | null
  isComplete: boolean
  principal: { id: string; email: string; role: string; scopes: string[] } | null
  guard: string | null
  decisions: DescribedDecision[]
  unread: string[]
  refusal: string | null
  fault: string | null
  findings: string[]
  request: { headers: Values } & DescribedBody
  answer: { headers: Values } & DescribedBody
}

/** Describes an entry. */
export function describeEntry({ n, exchange }: Entry): DescribedEntry {
  const { caller, route, target } = exchange
  const { path, query } = splitTarget(target)
  return {
    n,
    at: new Date(exchange.at).toISOString(),
    time: new Date(exchange.time).toISOString(),
    milliseconds: Math.round(exchange.duration * 1000) / 1000,
    operation: exchange.operation,
    template: route === null ? null : templateOf(route),
    method: maskedText(exchange.method),
    path: maskedPath(path),
    query: valuesOf(queryPairs(query), maskedValue),
    status: exchange.status,
    isComplete: exchange.isComplete,
    principal: describeCaller(caller),
    guard: caller?.guard ?? null,
    ...describeRefusal(exchange),
    fault: exchange.fault,
    findings: [...exchange.findings],
    request: { headers: shownHeaders(exchange.headers), ...describeBody(exchange.body) },
    answer: { headers: shownHeaders(exchange.answerHeaders), ...describeBody(exchange.answerBody) },
  }
}

/** A caller as the journal shows one. */
export function describeCaller(caller: Caller | null) {
  return caller && { id: caller.id, email: caller.email, role: roleOf(caller), scopes: [...caller.scopes] }
}

/** Why a request was refused, and what led to that. The texts are made here, of what hardly any request needs. */
export function describeRefusal({ decisions, unread, refusal }: Exchange) {
  const why = refusal === NO_CALLER ? whyNoCaller(decisions, unread) : refusal
  return {
    decisions: decisions.map(describeDecision),
    unread: [...unread],
    refusal: why === null ? null : maskedText(why),
  }
}

function describeDecision(decision: Decision): DescribedDecision {
  return {
    guard: decision.guard,
    accepted: !isRefused(decision),
    reason: maskedText(reasonOf(decision)),
  }
}

/** The path of a route, with its parameters in braces. */
export function templateOf(route: string): string {
  return route.replace(/:(\w+)(\([^/]*\))?/g, '{$1}')
}

function describeBody(body: KeptBody): DescribedBody {
  return shownBody(body) ?? { body: null, bodySize: null }
}

function shownHeaders(headers: readonly unknown[]): Values {
  const lines = headerLines(headers).map(([name, value]): [string, string] => [name.toLowerCase(), value])
  return valuesOf(lines, maskedHeader)
}

export function valuesOf(
  pairs: Iterable<[name: string, value: string]>,
  mask: (name: string, value: string) => string,
) {
  const values: Values = Object.create(null)
  for (const [name, value] of pairs) {
    // a credential may be sent as a name
    const shownName = maskedText(name)
    const known = values[shownName]
    const shown = mask(name, value)
    if (known === undefined) values[shownName] = shown
    else if (typeof known === 'string') values[shownName] = [known, shown]
    else known.push(shown)
  }
  return values
}
