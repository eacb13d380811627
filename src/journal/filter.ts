import type { Caller } from '../auth/caller.ts'
import { percentDecode } from '../wire/percent.ts'
import { routingTarget, splitTarget } from '../wire/target.ts'
import type { Entry, Exchange } from './entry.ts'

/** Which requests are meant. A member that isn't given matches everything. */
export interface Filter {
  /** An operationId. */
  operation?: string | undefined
  /** In any letter case. */
  method?: string | undefined
  /** The path with the portal's name in front or without it, with `*` for whatever stands there. */
  path?: string | undefined
  /** A status, a class of them such as `4xx`, or `none`: there was no answer. */
  status?: string | number | undefined
  /** Whether somebody is meant; `null`: nobody who has proven who they are. */
  isUser?: ((caller: Caller | null) => boolean) | undefined
  /** By the portal's clock, in ms since 1970, UTC; both included. */
  since?: number | undefined
  until?: number | undefined
}

/** Whether a filter means an entry. */
export function isMeant({ exchange }: Entry, filter: Filter): boolean {
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY, isUser } = filter
  return (
    exchange.at >= since &&
    exchange.at <= until &&
    (filter.operation === undefined || exchange.operation === filter.operation) &&
    (filter.method === undefined || isMethod(exchange, filter.method)) &&
    (filter.status === undefined || isStatus(exchange, filter.status)) &&
    (filter.path === undefined || isPath(exchange, filter.path)) &&
    (isUser === undefined || isUser(exchange.caller))
  )
}

/** Whether a request was made by a method. */
export function isMethod({ method }: Exchange, wanted: string): boolean {
  return method === wanted.toUpperCase()
}

/** Whether a request was answered with a status, or one of a class of them. */
export function isStatus({ status }: Exchange, wanted: string | number): boolean {
  const shown = status === null ? 'none' : String(status)
  const text = String(wanted).toLowerCase()
  return text.endsWith('xx') ? shown.length === 3 && shown[0] === text[0] : shown === text
}

/** Whether a request went to a path. */
export function isPath({ target }: Exchange, wanted: string): boolean {
  const pieces = wanted.toLowerCase().split('*')
  const sent = splitTarget(target).path
  return isMadeOf(sent, pieces) || isMadeOf(percentDecode(splitTarget(routingTarget(target)).path), pieces)
}

/** Whether a path has the pieces in it, one behind the other: the first at its beginning, the last at its end. */
function isMadeOf(path: string, [first = '', ...others]: string[]): boolean {
  const text = path.toLowerCase()
  const last = others.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const piece of others) {
    const found = text.indexOf(piece, at)
    if (found === -1) return false
    at = found + piece.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}
