import type { Caller } from '../auth/caller.ts'
import { EmployeeType } from '../domain/employee-type.ts'
import { queryPairs } from '../wire/query.ts'
import { splitTarget } from '../wire/target.ts'
import type { Entry, KeptBody } from './entry.ts'
import { headerLines, textOf } from './lines.ts'
import { maskedBody, maskedHeader, maskedPath, maskedText, maskedValue } from './masks.ts'

/** Values by name: a list where a name was there several times. */
export type Values = Record<string, string | string[]>

/** A body as it is shown. */
export type DescribedBody = {
  /** Its text, or the beginning of it; `null`: nobody has seen it. */
  body: string | null
  /** In bytes; `null`: not known. */
  bodySize: number | null
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
  principal: { id: string; role: string; scopes: string[] } | null
  guard: string | null
  refusal: string | null
  fault: string | null
  findings: string[]
  request: { headers: Values } & DescribedBody
  answer: { headers: Values } & DescribedBody
}

/** Describes an entry. */
export function describeEntry({ n, exchange }: Entry): DescribedEntry {
  const { caller, route, target, refusal } = exchange
  const { path, query } = splitTarget(target)
  return {
    n,
    at: new Date(exchange.at).toISOString(),
    time: new Date(exchange.time).toISOString(),
    milliseconds: Math.round(exchange.duration * 1000) / 1000,
    operation: exchange.operation,
    template: route === null ? null : templateOf(route),
    method: exchange.method,
    path: maskedPath(path),
    query: valuesOf(queryPairs(query), maskedValue),
    status: exchange.status,
    isComplete: exchange.isComplete,
    principal: caller && { id: caller.id, role: roleOf(caller), scopes: [...caller.scopes] },
    guard: caller?.guard ?? null,
    refusal: refusal === null ? null : maskedText(refusal),
    fault: exchange.fault,
    findings: [...exchange.findings],
    request: { headers: shownHeaders(exchange.headers), ...describeBody(exchange.body) },
    answer: { headers: shownHeaders(exchange.answerHeaders), ...describeBody(exchange.answerBody) },
  }
}

/** What somebody is: `Owner`, or the name of their type. */
export function roleOf({ isOwner, type }: Pick<Caller, 'isOwner' | 'type'>): string {
  return isOwner ? 'Owner' : (Object.entries(EmployeeType).find(([, number]) => number === type)?.[0] ?? String(type))
}

/** The path of a route, with its parameters in braces. */
export function templateOf(route: string): string {
  return route.replace(/:(\w+)(\([^/]*\))?/g, '{$1}')
}

function describeBody(body: KeptBody): DescribedBody {
  const text = textOf(body)
  if (text === null) return { body: null, bodySize: null }
  return { body: maskedBody(text), bodySize: body.size ?? Buffer.byteLength(body.content ?? '') }
}

function shownHeaders(headers: readonly unknown[]): Values {
  const lines = headerLines(headers).map(([name, value]): [string, string] => [name.toLowerCase(), value])
  return valuesOf(lines, maskedHeader)
}

function valuesOf(pairs: Iterable<[name: string, value: string]>, mask: (name: string, value: string) => string) {
  const values: Values = Object.create(null)
  for (const [name, value] of pairs) {
    const known = values[name]
    const shown = mask(name, value)
    values[name] = known === undefined ? shown : [known, shown].flat()
  }
  return values
}
