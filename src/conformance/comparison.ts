import { createTwoFilesPatch } from 'diff'
import type { ExpectedAnswer } from './expected-answer.ts'
import type { Answer } from './http.ts'
import { normalized, shown } from './matcher.ts'

/**
 * Holds an answer against what it has to be: status, the headers that are spoken of, and the body.
 *
 * @returns the difference as a unified diff (`-` expected, `+` received), or `null` where there is none. What varies
 *   from answer to answer stands in angle brackets on both sides
 */
export function difference(expected: ExpectedAnswer, answer: Answer): string | null {
  const wanted = document(expected.status, wantedHeaders(expected), wantedBody(expected))
  const got = document(answer.status, spokenOf(expected, answer), receivedBody(expected, answer))
  if (wanted === got) return null
  const patch = createTwoFilesPatch('expected', 'received', wanted, got, undefined, undefined, { context: 3 })
  // the first line is a rule
  return visible(patch.split('\n').slice(1).join('\n').trimEnd())
}

/** What a terminal would obey, or XML can't have, as it is spelled in JSON. */
function visible(text: string): string {
  return text
    .toWellFormed()
    .replace(
      /[^\P{Cc}\t\n]|[\ufffe\uffff]/gu,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
}

/** How many characters of a body are compared. */
const LONGEST_BODY = 20_000

/** A body as JSON; `undefined`: it is none. */
export function parseBody({ body }: Answer): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function document(status: number, headers: [string, string][], body: string): string {
  const lines = headers.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}: ${value}`)
  const paragraphs = [[`status ${status}`, ...lines].join('\n'), body].filter((text) => text !== '')
  return `${paragraphs.join('\n\n')}\n`
}

function wantedHeaders({ headers }: ExpectedAnswer): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) => (value === null ? [] : [[name, String(shown(value))]]))
}

function spokenOf({ headers: expected }: ExpectedAnswer, { headers }: Answer): [string, string][] {
  return headers
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => Object.hasOwn(expected, name))
    .map(([name, value]) => [name, String(normalized(value, expected[name]))])
}

function wantedBody({ body }: ExpectedAnswer): string {
  return typeof body === 'string' ? body : pretty(shown(body.json))
}

function receivedBody({ body: expected }: ExpectedAnswer, answer: Answer): string {
  const value = parseBody(answer)
  // a text that is to be sent as it is may happen to be JSON
  if (value === undefined || (typeof expected === 'string' && expected !== '')) return clipped(answer.body)
  return clipped(pretty(typeof expected === 'string' ? value : normalized(value, expected.json)))
}

/** What is longer than any answer of DocSpace's is not worth comparing to its end. */
function clipped(text: string): string {
  if (text.length <= LONGEST_BODY) return text
  return `${text.slice(0, LONGEST_BODY)}\n… and ${text.length - LONGEST_BODY} more characters`
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2)
}
