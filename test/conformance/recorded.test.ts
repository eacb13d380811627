import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { mintConfirmationKey, mintSessionToken } from '../../src/auth/mint.ts'
import { defaultSettings, type PortalSettings, type TenantStatus } from '../../src/domain/settings.ts'
import { createServer } from '../../src/server.ts'
import type { Fixture } from '../../src/store/fixture.ts'
import type { PortalSlot } from '../../src/store/portal-slot.ts'
import { openPortal } from '../../src/store/portal-slot.ts'
import { sendRaw, writeRequest } from '../raw-request.ts'

/** One exchange with the real framework, as `recorded.jsonl` has it. */
interface Exchange {
  id: string
  method: string
  path: string
  headers: [string, string][]
  body: string
  status: number
  response_headers: [string, string][]
  response_body: string
}

const OWNER = '11111111-1111-4111-8111-111111111111'
const ADMIN = '22222222-2222-4222-8222-222222222222'
const USER = '33333333-3333-4333-8333-333333333333'

const keys = { full: 'sk-'.padEnd(67, '1'), read: 'sk-'.padEnd(67, '2'), write: 'sk-'.padEnd(67, '3') }
const keyOf: Record<string, string> = {
  'sk-full': keys.full,
  'sk-read': keys.read,
  'sk-write': keys.write,
  'sk-acc': 'sk-'.padEnd(67, '4'),
  'sk-none': 'sk-'.padEnd(67, '5'),
}

/** The people that the recording was made with. */
const fixture: Fixture = {
  alias: 'localhost',
  owner: OWNER,
  users: [
    {
      id: OWNER,
      email: 'own@example.com',
      password: 'secret',
      type: 'DocSpaceAdmin',
      contacts: 'skype:own|mail:own@example.com|',
      apiKeys: [
        { key: keys.full },
        { key: keys.read, permissions: ['*:read'] },
        { key: keys.write, permissions: ['*:write'] },
        { key: keyOf['sk-acc'] as string, permissions: ['accounts:read'] },
      ],
    },
    { id: ADMIN, email: 'adm@example.com', type: 'DocSpaceAdmin' },
    { id: USER, email: 'usr@example.com', type: 'User', cultureName: 'de' },
  ],
}

/** What the recording's stand-in read from a header is a setting here. */
const settingOf: Record<string, (value: string) => Partial<PortalSettings>> = {
  'x-tenant-status': (value) => ({ tenantStatus: value.toLowerCase() as TenantStatus }),
  'x-unpaid': () => ({ paid: false }),
  'x-ip-denied': () => ({ ipRestrictions: { enabled: true, addresses: ['198.51.100.0/24'] } }),
  'x-no-inviting': () => ({ allowInvitingMembers: false }),
}

/** Headers that depend on the HTTP server or on the moment rather than on DocSpace, or that are the mock's own. */
const INCIDENTAL = new Set([
  'date',
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
  'server-timing',
  'x-docspace-mock-finding',
])

const lines = readFileSync(new URL('recorded.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
const exchanges: Exchange[] = lines.map((line) => JSON.parse(line))

t.test('every recorded exchange with the real framework', async (t) => {
  const portal = openPortal({ fixture })
  const anyOrigin = await listen(portal, '*')
  const oneOrigin = await listen(portal, ['https://app.example.com'])
  t.teardown(async () => {
    await Promise.all([anyOrigin.app.close(), oneOrigin.app.close()])
    portal.close()
  })

  for (const [i, exchange] of exchanges.entries()) {
    await t.test(`line ${i + 1}: ${exchange.id}`, async (t) => {
      const key = mintConfirmationKey(portal, OWNER)
      const expected = withKey(exchange, key)
      const { port } = exchange.id.startsWith('R ') ? oneOrigin : anyOrigin
      portal.changeSettings({ ...defaultSettings, ...settingsOf(exchange) })
      const request = writeRequest({ ...expected, headers: headersOf(expected, portal) })
      // one body is no UTF-8, of which the recording has the bytes as characters
      const isLatin = exchange.id === 'L40 badutf'
      const answer = await sendRaw(port, isLatin ? Buffer.from(sized(request), 'latin1') : request)
      t.equal(answer.status, expected.status)
      t.same(significant(answer.headers), significant(expected.response_headers))
      t.equal(normalized(answer.body, portal), expected.response_body)
      const timed = expected.response_headers.some(([name]) => name === 'Server-Timing')
      const timing = answer.headers.find(([name]) => name === 'Server-Timing')?.[1]
      if (timed) t.match(timing, /^aspnetcore-request-time;dur=\d+ms$/)
    })
  }
})

async function listen(portal: PortalSlot, allowedOrigins: '*' | string[]) {
  const app = await createServer({ portals: [portal], profile: 'server', allowedOrigins })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, port: (app.server.address() as AddressInfo).port }
}

/** The recorded keys have expired: a new one for the same user stands in for them, in the letter case recorded. */
function withKey(exchange: Exchange, key: string): Exchange {
  const [recorded] = /533089665059\.[0-9A-Za-z]+/.exec(exchange.path) ?? []
  if (recorded === undefined) return exchange
  const fresh = recorded === recorded.toLowerCase() ? key.toLowerCase() : key
  return JSON.parse(JSON.stringify(exchange).replaceAll(recorded, fresh))
}

/** The request with the length that its characters have as bytes. */
function sized(request: string): string {
  const length = request.length - (request.indexOf('\r\n\r\n') + 4)
  return request.replace(/Content-Length: \d+/, `Content-Length: ${length}`)
}

function settingsOf({ headers }: Exchange): Partial<PortalSettings> {
  return Object.assign({}, ...headers.map(([name, value]) => settingOf[name]?.(value) ?? {}))
}

function headersOf({ headers }: Exchange, portal: PortalSlot): [string, string][] {
  const restricted = headers.some(([name]) => name === 'x-ip-denied')
  const sent = headers
    .filter(([name]) => !(name in settingOf))
    .map(([name, value]): [string, string] => [name, withCredentials(value, portal, restricted)])
  // nobody is kept out from the machine's own address
  return restricted ? [...sent, ['X-Forwarded-For', '203.0.113.7']] : sent
}

function withCredentials(value: string, portal: PortalSlot, restricted: boolean): string {
  // the owner is let in from everywhere
  const owner = restricted ? ADMIN : OWNER
  return value
    .replace('tok-own', () => mintSessionToken(portal, owner))
    .replace('tok-usr', () => mintSessionToken(portal, USER))
    .replace(/sk-\w+/, (key) => keyOf[key] ?? key)
}

/** Their names are compared as they are spelled: some clients look them up in a plain map. */
function significant(headers: [string, string][]): [string, string][] {
  return headers.filter(([name]) => !INCIDENTAL.has(name.toLowerCase())).sort()
}

/** Blanks what the recording blanks, and puts its stand-in for an invitation link in the place of ours. */
function normalized(body: string, portal: PortalSlot): string {
  return body
    .replace(/"stack":"[^"]+"/, '"stack":"<stack>"')
    .replace(/"traceId":"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"/, '"traceId":"<traceId>"')
    .replace(/"response":"http:\/\/docs\.example\.com\/s\/([\w-]{15})"/, (_, key) => {
      const link = portal.store.shortLinks.find(key)
      return `"response":"link?emplType=${new URL(link ?? '').searchParams.get('emplType')}"`
    })
}
