import { inTurns } from '../util/turns.ts'
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
  /** By names, in any letter case. */
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

/** Compares the requests to a portal with a question. Other requests are answered in between. */
export async function verifyJournal(journal: Journal, question: Question): Promise<Verdict> {
  const matches: number[] = []
  let misses: Miss[] = []
  for await (const entry of inTurns(journal.oldestFirst())) {
    const { aim, manner } = differencesOf(entry, question)
    const differences = [...aim, ...manner]
    if (differences.length === 0) matches.push(entry.n)
    else misses = nearest([...misses, { n: entry.n, differences, far: aim.length }])
  }
  const count = matches.length
  const passed = count >= question.atLeast && count <= question.atMost
  const nearestMisses = count < question.atLeast ? misses.map(({ n, differences }) => ({ n, differences })) : []
  return { passed, count, matches, nearestMisses, dropped: journal.dropped }
}

interface Miss {
  n: number
  differences: string[]
  /** In how much it was another request, rather than the same in another manner. */
  far: number
}

/** What asked for the same is nearer, then what has fewer differences, then what is newer. */
function nearest(misses: Miss[]): Miss[] {
  const distance = (a: Miss, b: Miss) => a.far - b.far || a.differences.length - b.differences.length || b.n - a.n
  return misses.sort(distance).slice(0, MISSES)
}

/** The differences in what was asked for, and those in how, by whom and with what success. */
function differencesOf({ exchange }: Entry, question: Question): { aim: string[]; manner: string[] } {
  const { operation, method, path, status, user, query, headers, body } = question
  const sent = splitTarget(exchange.target)
  const isOperation = operation === undefined || exchange.operation === operation
  const isUser = user === undefined || user.isMeant(exchange.caller)
  return {
    aim: [
      ...unless(isOperation, 'operation', operation, exchange.operation ?? undefined),
      ...unless(method === undefined || isMethod(exchange, method), 'method', method, exchange.method),
      ...unless(path === undefined || isPath(exchange, path), 'path', path, maskedPath(sent.path)),
    ],
    manner: [
      ...unless(status === undefined || isStatus(exchange, status), 'status', status, exchange.status ?? undefined),
      ...unless(isUser, 'user', user?.name, exchange.caller?.id),
      ...valueDifferences('query', query, queryPairs(sent.query), maskedValue),
      ...valueDifferences('headers', headers, headerLines(exchange.headers), maskedHeader),
      ...(body === undefined ? [] : bodyDifferences(body, exchange)),
    ],
  }
}
