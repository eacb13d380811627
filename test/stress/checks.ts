import type { ProfileName } from '../../src/domain/profile.ts'
import type { WireAnswer } from './answers.ts'
import type { Delivery, SentRequest } from './deliveries.ts'
import { type Exchange, owedAnswers } from './send.ts'

/** What a real server of 3.7.2 fails with, and so does the profile `server`. */
const SERVER_ERRORS =
  /^{"error":{"message":"(The input is not a valid Base-64 string|Unable to get password|Invalid URI|IDX10609|The input string|Unrecognized Guid|Guid should contain)/

/** Texts that only the inside of the server knows: paths of the machine, and stacks of JavaScript. */
const INSIDE = [
  new URL('../..', import.meta.url).pathname.slice(0, -1),
  'node_modules/',
  'node:internal',
  '.ts:',
  'at async ',
]

/** What is wrong with what came back for a delivery: nothing, most of the time. */
export function wrongWith(
  { requests, way }: Delivery,
  { answers, malformed, isClosed }: Exchange,
  profile: ProfileName,
): string[] {
  const wrong = malformed === null ? [] : [`malformed: ${malformed}`]
  answers.forEach((answer, i) => {
    // behind a request that isn't framed well, which answer is whose can't be told
    const request = i <= owedAnswers(requests) ? requests[i] : undefined
    wrong.push(...wrongWithAnswer(answer, request, profile))
  })
  const isFaulty = answers.some(isFault)
  const whole = answers.filter(({ isWhole }) => isWhole).length
  if (way.kind !== 'hangUp' && malformed === null && !isFaulty && whole < owedAnswers(requests) && !hasEnded(answers)) {
    wrong.push(`no answer to request ${whole + 1} of ${requests.length}${isClosed ? ', the connection is closed' : ''}`)
  }
  return wrong
}

/** Whether the server said that it would close the connection behind an earlier answer. */
function hasEnded(answers: readonly WireAnswer[]): boolean {
  return answers.some(({ headers }) => /close/i.test(headers.get('connection') ?? ''))
}

function isFault({ headers }: WireAnswer): boolean {
  return headers.has('x-docspace-mock-fault')
}

function wrongWithAnswer(answer: WireAnswer, request: SentRequest | undefined, profile: ProfileName): string[] {
  const { status, headers, body, isWhole } = answer
  if (isFault(answer)) return []
  const wrong: string[] = []
  const type = headers.get('content-type') ?? ''
  if (status >= 500 && !isDocumented(answer, request, profile)) wrong.push(`${status}: ${body.slice(0, 200)}`)
  if (request?.mustBeRefused && status < 400) wrong.push(`${status} for a forged credential`)
  if (headers.has('x-injected')) wrong.push('a header was injected')
  if (/^text\/html/.test(type) && body.includes('<script>/*marked*/')) wrong.push('a script was injected')
  if (isWhole && body !== '' && /^application\/([\w.]+\+)?json/.test(type) && !isJson(body)) {
    wrong.push(`no JSON: ${body.slice(0, 100)}`)
  }
  const text = [...headers.values(), body].join('\n')
  const leaked = INSIDE.find((secret) => text.includes(secret))
  // what a client may read: scripts of Swagger UI, and the documents
  if (leaked !== undefined && !/javascript|^text\/css/.test(type)) wrong.push(`shows ${leaked}`)
  return wrong
}

/** 503 asks to come back later, and 507 says that a bound for snapshots and marks was reached. */
function isDocumented(
  { status, headers, body }: WireAnswer,
  request: SentRequest | undefined,
  profile: ProfileName,
): boolean {
  if (status === 503) return headers.has('retry-after')
  if (status === 507) return true
  // to HEAD the body is not shown, and an error that is the mock's own is logged
  return status === 500 && profile === 'server' && (request?.method === 'HEAD' || SERVER_ERRORS.test(body))
}

function isJson(body: string): boolean {
  try {
    JSON.parse(Buffer.from(body, 'latin1').toString('utf8'))
    return true
  } catch {
    return false
  }
}
