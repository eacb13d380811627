import { queryPairs } from '../wire/query.ts'
import { splitTarget } from '../wire/target.ts'
import { bodyDifferences, unless, valueDifferences, type WantedValue } from './differences.ts'
import type { Entry } from './entry.ts'
import { type Filter, isMethod, isPath, isStatus } from './filter.ts'
import type { Journal } from './journal.ts'
import { headerLines } from './lines.ts'
import { maskedHeader, maskedPath, maskedValue } from './masks.ts'

/** What is asked: was there a request of that kind, and how many? */
export interface Question extends Omit<Filter, 'isUser' | 'since' | 'until'> {
  /** Somebody, and how to say who. */
  user?: { name: string; isMeant: NonNullable<Filter['isUser']> } | undefined
  /** By names, for which letter case is of no account. */
  query?: Readonly<Record<string, WantedValue>> | undefined
  headers?: Readonly<Record<string, WantedValue>> | undefined
  /** A text: the whole body; anything else: JSON, which may have more members. */
  body?: unknown
  /** How many there have to be: at least one unless told. */
  atLeast: number
  /** How many there may be. */
  atMost: number
}

/** What came of it. */
export type Verdict = {
  passed: boolean
  count: number
  /** The numbers of the requests that were as asked. */
  matches: number[]
  /** Where there were too few: those that came nearest, and why they were others. */
  nearestMisses: { n: number; differences: string[] }[]
  /** How many requests the journal has had to drop: the count may be too low by so many. */
  dropped: number
}

/** How many misses are told. */
const MISSES = 3

/** Holds what a portal was asked against what should have been. */
export function verifyJournal(journal: Journal, question: Question): Verdict {
  const matches: number[] = []
  let misses: Verdict['nearestMisses'] = []
  for (const entry of journal.oldestFirst()) {
    const differences = differencesOf(entry, question)
    if (differences.length === 0) matches.push(entry.n)
    else misses = nearest([...misses, { n: entry.n, differences }])
  }
  const count = matches.length
  const passed = count >= question.atLeast && count <= question.atMost
  return { passed, count, matches, nearestMisses: count < question.atLeast ? misses : [], dropped: journal.dropped }
}

/** The fewer differences the nearer, and of equal ones the newer. */
function nearest(misses: Verdict['nearestMisses']): Verdict['nearestMisses'] {
  return misses.sort((a, b) => a.differences.length - b.differences.length || b.n - a.n).slice(0, MISSES)
}

function differencesOf({ exchange }: Entry, question: Question): string[] {
  const { operation, method, path, status, user } = question
  const { caller, target } = exchange
  const sent = splitTarget(target)
  return [
    ...unless(
      operation === undefined || exchange.operation === operation,
      'operation',
      operation,
      exchange.operation ?? undefined,
    ),
    ...unless(method === undefined || isMethod(exchange, method), 'method', method, exchange.method),
    ...unless(path === undefined || isPath(exchange, path), 'path', path, maskedPath(sent.path)),
    ...unless(status === undefined || isStatus(exchange, status), 'status', status, exchange.status ?? undefined),
    ...unless(user === undefined || user.isMeant(caller), 'user', user?.name, caller?.id),
    ...valueDifferences('query', question.query, queryPairs(sent.query), maskedValue),
    ...valueDifferences('headers', question.headers, headerLines(exchange.headers), maskedHeader),
    ...(question.body !== undefined ? bodyDifferences(question.body, exchange) : []),
  ]
}
