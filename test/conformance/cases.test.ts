import { readdirSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import type { ProfileName } from '../../src/domain/profile.ts'
import { defaultSettings, type PortalSettings } from '../../src/domain/settings.ts'
import { createServer } from '../../src/server.ts'
import { defaultFixture } from '../../src/start.ts'
import { openPortal, type Portal } from '../../src/store/portal.ts'
import { NOW, type people } from '../helper.ts'
import { type RawAnswer, sendRaw, writeRequest } from '../raw-request.ts'
import { createCredentials } from './credentials.ts'
import { expectedError } from './expected-errors.ts'
import { expectedUser } from './expected-users.ts'

/** What an answer has to be. */
interface Expectation {
  status: number
  /** See {@link checkBody}. */
  body: 'empty' | 'void' | Record<string, unknown>
  has?: Record<string, string>
  absent?: string[]
}

/** A row of the tables of cases: one request and its answer, in both profiles or in each. */
interface Case extends Partial<Expectation> {
  /** As in facts §9, letters or words behind it telling variants apart; P: facts §0. */
  id: string
  what: string
  /** Method and path, the latter below the portal's prefix unless it begins with a slash. */
  request: string
  /** Whose session token to send. */
  as?: string
  headers?: Record<string, string>
  headerLines?: [string, string][]
  content?: string
  settings?: Partial<PortalSettings>
  /** Whether it changes anything. */
  writes?: boolean
  documented?: Expectation
  server?: Expectation
}

const ROOT = 'http://docs.example.com'
const directory = new URL('cases/', import.meta.url)

for (const profile of ['documented', 'server'] as const) {
  t.test(`the ${profile} profile`, async (t) => {
    const portal = openPortal({ fixture: defaultFixture, clock: { now: () => NOW } })
    const app = await createServer({ portals: [portal], profile })
    t.teardown(async () => {
      await app.close()
      portal.close()
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const credentials = await createCredentials(portal, ROOT)

    for (const file of readdirSync(directory)) {
      const cases: Case[] = JSON.parse(readFileSync(new URL(file, directory), 'utf8'))
      for (const row of cases) {
        await t.test(`${row.id}: ${row.what}`, (t) => replay(t, row, { profile, portal, port, credentials }))
      }
    }
  })
}

interface Subject {
  profile: ProfileName
  portal: Portal
  port: number
  credentials: ReadonlyMap<string, string>
}

async function replay(t: Test, row: Case, { profile, portal, port, credentials }: Subject): Promise<void> {
  const expected = row[profile] ?? (row as Expectation)
  const filled: Case = JSON.parse(fill(JSON.stringify(row), credentials))
  const [method = '', target = ''] = filled.request.split(' ')
  const path = target.startsWith('/') ? target : `/api/2.0/portal/${target}`
  portal.changeSettings({ ...defaultSettings, ...row.settings })
  const answer = await sendRaw(
    port,
    writeRequest({ method, path, headers: headersOf(filled, credentials), body: row.content ?? '' }),
  )
  t.equal(answer.status, expected.status)
  checkBody(t, answer, expected.body, { method, path, profile, portal })
  const headers = headersByName(answer)
  t.match(headers.get('server-timing'), /^aspnetcore-request-time;dur=\d+ms$/)
  for (const [name, value] of Object.entries(expected.has ?? {})) t.equal(headers.get(name), value, name)
  for (const name of expected.absent ?? []) t.notOk(headers.has(name), `no ${name}`)
}

function headersByName({ headers }: RawAnswer): Map<string, string> {
  return new Map(headers.map(([name, value]) => [name.toLowerCase(), value]))
}

function fill(text: string, credentials: ReadonlyMap<string, string>): string {
  return text.replace(/{{([^}]+)}}/g, (_, name) => {
    const value = credentials.get(name)
    if (value === undefined) throw new Error(`a case names ${name}, which nobody has made`)
    return value
  })
}

function headersOf(
  { as, headers = {}, headerLines = [] }: Case,
  credentials: ReadonlyMap<string, string>,
): [string, string][] {
  const lines: [string, string][] = [...Object.entries(headers), ...headerLines]
  if (as !== undefined) lines.push(['Authorization', credentials.get(`token.${as}`) ?? `no token for ${as}`])
  return lines
}

interface Request {
  method: string
  path: string
  profile: ProfileName
  portal: Portal
}

/** Compares a body with what it has to be, member by member and in their order. */
function checkBody(t: Test, answer: RawAnswer, expected: Expectation['body'], request: Request): void {
  const { method } = request
  const [path = '', ...query] = request.path.replace(/^\/+/, '/').split(/(?=\?)/)
  const links = [{ href: ROOT + decodeURI(path) + query.join(''), action: method }]
  const envelope = (response: unknown) => ({ response, count: 1, links, status: 0, statusCode: 200 })
  if (expected === 'empty') return void t.equal(answer.body, '')
  if (expected === 'void') {
    return void t.equal(answer.body, JSON.stringify({ count: 0, links, status: 0, statusCode: 200 }))
  }
  const [[kind = '', value] = []] = Object.entries(expected)
  if (kind === 'text') return void t.equal(answer.body, value)
  const body = JSON.parse(answer.body)
  const checks: Record<string, () => unknown> = {
    ok: () => t.equal(answer.body, JSON.stringify(envelope(value))),
    link: () => {
      const [, key = ''] = /^http:\/\/docs\.example\.com\/s\/([\w-]{15})$/.exec(body.response) ?? []
      const long = new URL(request.portal.store.shortLinks.find(key) ?? 'none:')
      t.match(
        long.href,
        /^http:\/\/docs\.example\.com\/confirm\/LinkInvite\?type=LinkInvite&key=\d+\.[0-9A-Z]{36,43}&uid=/,
      )
      t.equal(long.searchParams.get('emplType'), String(value))
      t.equal(answer.body, JSON.stringify(envelope(body.response)))
    },
    user: () => {
      const user = expectedUser(value as keyof typeof people, request.profile)
      t.equal(answer.body, JSON.stringify(envelope(user)))
    },
    error: () => {
      const error = { ...expectedError(String(value)), ...(expected.message ? { message: expected.message } : {}) }
      const stack = error.type === null ? null : body.error.stack
      if (stack !== null) t.match(stack, /^ {3}at \S/)
      const { message, type, hresult } = error
      const whole = { error: { message, type, stack, hresult }, status: 1, statusCode: answer.status }
      t.equal(answer.body, JSON.stringify(whole))
    },
    validation: () => {
      const { traceId } = body.response
      t.match(traceId, /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
      const problem = {
        type: 'https://tools.ietf.org/html/rfc9110#section-15.5.1',
        title: 'One or more validation errors occurred.',
        status: 400,
        errors: value,
        traceId,
      }
      t.equal(answer.body, JSON.stringify({ response: problem, count: 1, links, status: 1, statusCode: 400 }))
    },
    wrapped: () => t.same(body, { response: value, count: 1, links, status: 1, statusCode: 400 }),
    problem: () => {
      const types: Record<string, object> = {
        402: {},
        403: { type: 'https://tools.ietf.org/html/rfc9110#section-15.5.4', title: 'Forbidden' },
        404: { type: 'https://tools.ietf.org/html/rfc9110#section-15.5.5', title: 'Not Found' },
      }
      t.equal(answer.body, JSON.stringify({ ...types[String(value)], status: value, traceId: body.traceId }))
      t.equal(headersByName(answer).get('content-type'), 'application/problem+json; charset=utf-8')
    },
  }
  checks[kind]?.()
}
