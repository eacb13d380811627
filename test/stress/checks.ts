import type { ProfileName } from '../../src/domain/profile.ts'
import type { WireAnswer } from './answers.ts'
import type { Delivery, SentRequest } from './deliveries.ts'
import { type Exchange, owedAnswers } from './send.ts'

/** Failures of a real server 3.7.2, which the profile `server` reproduces. */
const SERVER_ERRORS =
  /^{"error":{"message":"(The input is not a valid Base-64 string|Unable to get password|Invalid URI|IDX10609|The input string|Unrecognized Guid|Guid should contain)/

/** Texts that must not leave the server: paths of the machine and JavaScript stacks. */
const INSIDE = [
  new URL('../..', import.meta.url).pathname.slice(0, -1),
  'node_modules/',
  'node:internal',
  '.ts:',
  'at async ',
]

/** Checks the responses to a delivery and returns their failures. */
export function wrongWith(
  { requests, way }: Delivery,
  { answers, malformed, isClosed }: Exchange,
  profile: ProfileName,
): string[] {
  const wrong = malformed === null ? [] : [`malformed: ${malformed}`]
  answers.forEach((answer, i) => {
    // after a badly framed request, responses can't be assigned to requests
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

/** Whether an earlier response announced that the connection closes. */
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
  // public content: scripts of Swagger UI, and the documents
  if (leaked !== undefined && !/javascript|^text\/css/.test(type)) wrong.push(`shows ${leaked}`)
  return wrong
}

/** 503 asks to retry later, and 507 means that a bound for snapshots was reached. */
function isDocumented(
  { status, headers, body }: WireAnswer,
  request: SentRequest | undefined,
  profile: ProfileName,
): boolean {
  if (status === 503) return headers.has('retry-after')
  if (status === 507) return true
  // a response to HEAD has no body, and errors of the mock itself are logged
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
