import { STATUS_CODES } from 'node:http'
import type { ProfileName } from '../domain/profile.ts'
import type { Expectation } from './case.ts'
import errors from './errors.json' with { type: 'json' }
import { expectedUser } from './expected-user.ts'
import type { Request } from './http.ts'
import { Matcher } from './matcher.ts'
import { basePath, type Subject } from './subject.ts'
import { spelled, spelledText } from './template.ts'

/** What an answer has to be, every member of its body spelled out. */
export interface ExpectedAnswer {
  status: number
  /** By names in lower case; `null`: must not be there. */
  headers: Record<string, string | Matcher | null>
  /** A text as it is, or a value that is written as JSON, with {@link Matcher}s in it. */
  body: string | { json: unknown }
}

/** What an expectation is about. */
export interface ExpectationContext {
  profile: ProfileName
  subject: Subject
  request: Request
  /** The value of a body that is JSON. It decides which of the optional members of somebody unknown are expected. */
  received: unknown
}

const JSON_TYPE = 'application/json; charset=utf-8'
// the identity service is another server, and of what it says of charsets nothing is known
const IDENTITY_TYPE = Matcher.text('application/json', /^application\/json(; ?charset=utf-8)?$/i)
const IDENTITY_PROBLEM_TYPE = Matcher.text(
  'application/problem+json',
  /^application\/problem\+json(; ?charset=utf-8)?$/i,
)
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** Spells an expectation out. */
export function expectedAnswer(expectation: Expectation, context: ExpectationContext): ExpectedAnswer {
  const { status, has = {}, absent = [] } = expectation
  const body = expectedBody(expectation, context)
  const type = contentType(expectation)
  return {
    status,
    headers: {
      'content-type': type,
      ...textsOf(has, context.subject),
      ...Object.fromEntries(absent.map((name) => [name, null])),
    },
    body,
  }
}

/** Cookies are set for the path that the portal is below. */
function textsOf(headers: Record<string, string>, { url }: Subject): Record<string, string | Matcher> {
  const path = `path=${basePath(url) || '/'}`
  const texts = Object.entries(headers).map(([name, value]) => [name, value.replace(/path=\/(?=;|$)/g, path)] as const)
  return Object.fromEntries(texts.map(([name, value]) => [name, spelledText(value)]))
}

function contentType({ body }: Expectation): string | Matcher | null {
  if (body === 'empty') return null
  if (body === 'unsupportedMediaType') return PROBLEM_TYPE
  if (typeof body !== 'object') return JSON_TYPE
  if ('json' in body) return IDENTITY_TYPE
  if ('refused' in body) return IDENTITY_PROBLEM_TYPE
  return ['problem', 'validation', 'wrapped'].some((kind) => kind in body) ? PROBLEM_TYPE : JSON_TYPE
}

function expectedBody({ status, body }: Expectation, context: ExpectationContext): ExpectedAnswer['body'] {
  const { profile, subject } = context
  const received = responseOf(context.received)
  const links = [linkOf(context)]
  const envelope = (response: unknown) => {
    const count = Array.isArray(response) ? response.length : 1
    return { json: { response, count, links, status: 0, statusCode: 200 } }
  }
  if (body === 'empty') return ''
  if (body === 'void') return { json: { count: 0, links, status: 0, statusCode: 200 } }
  if (body === 'usersCount') return envelope(usersCount(subject))
  if (body === 'unsupportedMediaType') return envelope(problem(415))
  if ('ok' in body) return envelope(spelledValue(body.ok, body.with, received))
  if ('json' in body) return { json: spelledValue(body.json, body.with, context.received) }
  if ('refused' in body) return { json: identityProblem(body, status, context.request) }
  if ('link' in body) return envelope(spelledText(`${subject.root}/s/<a key of 15 characters>`))
  if ('user' in body) return envelope(selected(expectedUser(body.user, { profile, subject, received }), body.fields))
  if ('error' in body) return { json: failure(body.error, status, messageOf(body, subject)) }
  if ('validation' in body) return { json: failedEnvelope(validationProblem(body.validation), links) }
  if ('wrapped' in body) return { json: failedEnvelope(body.wrapped, links) }
  if ('problem' in body) return { json: problem(body.problem) }
  return body.text
}

/** What stands in an answer's envelope; `undefined`: nothing. */
export function responseOf(received: unknown): unknown {
  return typeof received === 'object' && received !== null && 'response' in received ? received.response : undefined
}

/** The request as an answer's `links` show it: path decoded, repeated slashes collapsed. */
function linkOf({ subject, request }: ExpectationContext): object {
  const [path = '', ...query] = request.target.split(/(?=\?)/)
  const shown = decodeURI(path).replace(/\/{2,}/g, '/')
  return { href: subject.url.origin + shown + query.join(''), action: request.method }
}

/** How many active people the shipped fixture has; of another portal nobody knows. */
function usersCount({ shipped }: Subject): number | Matcher {
  if (shipped) return 6
  return new Matcher('<a number of users>', (value) => Number.isInteger(value) && Number(value) > 0)
}

/** A value in which some members are known better than its shape tells. */
function spelledValue(value: unknown, known: Record<string, unknown> | undefined, received: unknown): unknown {
  if (known === undefined) return spelled(value, received)
  const given = typeof received === 'object' ? received : null
  const shape = spelled(value, { ...given, ...known }) as object
  const members = Object.entries(shape).map(([name, member]) => [
    name,
    name in known ? spelled(known[name], (given as Record<string, unknown> | null)?.[name]) : member,
  ])
  return Object.fromEntries(members)
}

function selected(user: Record<string, unknown>, fields: readonly string[] = Object.keys(user)) {
  return Object.fromEntries(Object.entries(user).filter(([member]) => fields.includes(member)))
}

/** What the short link of an invitation answers: a redirect to the page on which the invitation is accepted. */
export function expectedRedirect(employeeType: number, { root }: Subject): ExpectedAnswer {
  const page = `${root}/confirm/LinkInvite?type=LinkInvite&key=`
  const leadsThere = (value: unknown) =>
    typeof value === 'string' &&
    value.startsWith(page) &&
    /^\d+\.[0-9A-Z]{36,43}&uid=/.test(value.slice(page.length)) &&
    new URL(value).searchParams.get('emplType') === String(employeeType)
  const location = new Matcher(`<${page}…&emplType=${employeeType}>`, leadsThere)
  return { status: 302, headers: { location }, body: '' }
}

const traceId = Matcher.text('<a trace id>', /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
const stack = Matcher.text('<a stack trace>', /^ {3}at \S/)

/** A message that is translated is in the caller's language, which is known of the shipped people only. */
function messageOf({ error, message }: { error: string; message?: string }, { shipped }: Subject) {
  if (message !== undefined) return message
  if (error === 'userNotFound' && !shipped) return new Matcher('<a message>', (value) => typeof value === 'string')
  return undefined
}

function failure(name: string, statusCode: number, message: string | Matcher | undefined) {
  const error = Object.entries(errors).find(([known]) => known === name)?.[1]
  if (error === undefined) throw new TypeError(`errors.json has no ${name}`)
  const { type, hresult } = error
  return {
    error: { message: message ?? error.message, type, stack: type === null ? null : stack, hresult },
    status: 1,
    statusCode,
  }
}

function failedEnvelope(response: unknown, links: unknown) {
  return { response, count: 1, links, status: 1, statusCode: 400 }
}

function validationProblem(messages: Record<string, string[]>) {
  const type = 'https://tools.ietf.org/html/rfc9110#section-15.5.1'
  return { type, title: 'One or more validation errors occurred.', status: 400, errors: messages, traceId }
}

/** The problem document of the identity service, which is another server than the API's. */
function identityProblem(
  { refused, errors }: { refused: string; errors?: object[] },
  status: number,
  request: Request,
) {
  const [instance] = request.target.split('?')
  const type = 'https://api.onlyoffice.com/docspace/api-backend/get-started/basic-concepts'
  return {
    detail: spelledText(refused),
    instance,
    status,
    title: STATUS_CODES[status],
    type,
    ...(errors && { errors }),
  }
}

function problem(status: number) {
  return { ...problems[status], status, traceId }
}

const problems: Record<number, object> = {
  403: { type: 'https://tools.ietf.org/html/rfc9110#section-15.5.4', title: 'Forbidden' },
  404: { type: 'https://tools.ietf.org/html/rfc9110#section-15.5.5', title: 'Not Found' },
  415: { type: 'https://tools.ietf.org/html/rfc9110#section-15.5.16', title: 'Unsupported Media Type' },
}
