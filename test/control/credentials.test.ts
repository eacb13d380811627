import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import document from '../../openapi/openapi.json' with { type: 'json' }
import { type AuthGuard, accept } from '../../src/auth/guard.ts'
import { GUARD_NAMES } from '../../src/auth/guards.ts'
import { guardedRequests } from '../../src/control/credentials/guarded-operations.ts'
import { KINDS, type Kind } from '../../src/control/credentials/subject.ts'
import type { ProfileName } from '../../src/domain/profile.ts'
import { PortalState } from '../../src/store/portal-state.ts'
import { apiKey, NOW, people, testPortal } from '../helper.ts'
import { controlled } from './call.ts'

// several thousand requests, each with a credential to check
t.setTimeout(180_000)

interface Listed {
  profile: string
  total: number
  requests: { operationId: string; method: 'GET' | 'POST' | 'PUT' | 'DELETE'; path: string; body?: object }[]
  credentials: {
    userId: string
    email: string
    scheme: string
    sentAs: string
    kind: Kind
    headers: Record<string, string>
    statuses: Record<string, number>
  }[]
}

/** Sends everything that was listed, and holds the answers against what was promised. */
async function holdsTrue(t: Test, app: FastifyInstance, { requests, credentials }: Listed): Promise<void> {
  const broken: string[] = []
  for (const { userId, scheme, sentAs, kind, headers, statuses } of credentials) {
    for (const { operationId, method, path, body } of requests) {
      const { statusCode } = await app.inject({ method, url: path, headers, ...(body && { payload: body }) })
      if (statusCode === statuses[operationId]) continue
      broken.push(`${userId} ${scheme} ${sentAs} ${kind} ${operationId}: ${statusCode}, not ${statuses[operationId]}`)
    }
  }
  t.strictSame(broken, [])
}

for (const profile of ['documented', 'server'] satisfies ProfileName[]) {
  t.test(`every credential is answered as was promised, ${profile}`, async (t) => {
    const { app, portal, control } = await controlled(t, { profile })
    const { status, body } = await control('GET', '/credentials?operation=getUserById')
    t.equal(status, 200)
    const { credentials, requests, ...rest }: Listed = body
    t.strictSame(rest, { profile, total: 9 })
    t.strictSame([...new Set(credentials.map(({ userId }) => userId))], Object.values(people))
    t.strictSame([...new Set(credentials.map(({ scheme }) => scheme))], [...GUARD_NAMES])
    t.strictSame(new Set(credentials.map(({ kind }) => kind)), new Set(KINDS))
    await holdsTrue(t, app, { credentials, requests, ...rest })

    const made = portal.store.apiKeys.listKnown().length
    // what is wrong with a credential counts whoever has it; what is not is answered by role
    const others = Object.values(people).map((id) => [id, 'valid'] as const)
    for (const [user, kind] of [[people.owner], ...others, [people.admin, 'readOnly'], [people.terminated]] as const) {
      const filter = kind === undefined ? '' : `&kind=${kind}`
      const everywhere: Listed = (await control('GET', `/credentials?user=${user}${filter}`)).body
      await holdsTrue(t, app, everywhere)
      const theirs = credentials.filter((one) => one.userId === user && (kind === undefined || one.kind === kind))
      const headers = theirs.map(({ headers }) => headers)
      t.same(
        everywhere.credentials.map(({ headers }) => headers),
        headers,
        'asked for again they are the same',
      )
    }
    t.equal(portal.store.apiKeys.listKnown().length, made)
  })
}

/** What has to be answered to a credential of the owner's on `userscount`, and to one of a user's. */
const expected: [scheme: string, kind: Kind, documented: number, server: number][] = [
  ['asc_auth_key', 'valid', 200, 200],
  ['asc_auth_key', 'expired', 401, 401],
  ['asc_auth_key', 'revoked', 401, 401],
  ['asc_auth_key', 'wrongSignature', 401, 401],
  ['asc_auth_key', 'otherPortal', 401, 401],
  ['asc_auth_key', 'malformed', 401, 401],
  ['Basic', 'valid', 200, 200],
  ['Basic', 'wrongPassword', 401, 401],
  ['Basic', 'malformed', 401, 500],
  ['Bearer', 'valid', 200, 200],
  ['Bearer', 'readOnly', 200, 200],
  ['Bearer', 'weakScope', 403, 403],
  ['Bearer', 'expired', 401, 401],
  ['Bearer', 'notYetValid', 401, 401],
  ['Bearer', 'wrongSignature', 401, 401],
  ['Bearer', 'wrongAudience', 401, 401],
  ['Bearer', 'otherPortal', 401, 401],
  ['Bearer', 'malformed', 401, 400],
  ['ApiKeyBearer', 'valid', 200, 200],
  ['ApiKeyBearer', 'readOnly', 200, 200],
  ['ApiKeyBearer', 'weakScope', 403, 403],
  ['ApiKeyBearer', 'expired', 401, 401],
  ['ApiKeyBearer', 'revoked', 401, 401],
  ['ApiKeyBearer', 'otherPortal', 401, 401],
  ['ApiKeyBearer', 'malformed', 401, 401],
  ['OAuth2', 'valid', 200, 403],
  ['OAuth2', 'wrongAudience', 401, 401],
  ['OpenId', 'valid', 200, 403],
  ['OpenId', 'notYetValid', 401, 401],
]

for (const [i, profile] of (['documented', 'server'] as const).entries()) {
  t.test(`the promises are those of the profile ${profile}`, async (t) => {
    const { control } = await controlled(t, { profile })
    const { credentials }: Listed = (await control('GET', '/credentials?user=owner&operation=getPortalUsersCount')).body
    for (const [scheme, kind, ...statuses] of expected) {
      const found = credentials.find((one) => one.scheme === scheme && one.kind === kind && one.sentAs !== scheme)
      t.same(found?.statuses, { getPortalUsersCount: statuses[i] }, `${scheme} ${kind}`)
    }
    const header = credentials.find(({ sentAs, kind }) => sentAs === 'ApiKeyBearer' && kind === 'valid')
    t.same(header?.statuses, { getPortalUsersCount: [200, 401][i] })
    const users: Listed = (await control('GET', '/credentials?user=user&operation=getPortalUsersCount&scheme=Basic'))
      .body
    t.strictSame(
      users.credentials.map(({ statuses }) => statuses.getPortalUsersCount),
      [403, 401, [401, 500][i]],
      'roles count too',
    )
  })
}

t.test('listing them changes as little as there is to change', async (t) => {
  const { portal, control } = await controlled(t)
  const before = portal.store.apiKeys.listKnown().map(({ key }) => key)
  const filters = ['scheme=asc_auth_key', 'scheme=Basic', 'scheme=ApiKeyBearer&kind=revoked', 'kind=valid']
  for (const filter of filters) {
    const image = portal.image()
    t.equal((await control('GET', `/credentials?user=owner&${filter}`)).status, 200)
    if (!filter.includes('kind=valid')) t.ok(portal.image().equals(image), filter)
  }
  t.strictSame(
    portal.store.apiKeys.listKnown().map(({ key }) => key),
    before,
    'the owner has a key of each of those kinds',
  )
  t.equal(portal.store.outbox.list().length, 0)
  t.notOk(portal.store.webstudioSettings.isGiftMessageRead(people.owner))

  const { credentials } = (await control('GET', '/credentials?user=admin&scheme=ApiKeyBearer')).body as Listed
  const made = portal.store.apiKeys.listKnown().filter(({ userId }) => userId === people.admin)
  t.strictSame(
    made.map(({ name }) => name).toSorted(),
    ['expired', 'full access', 'readOnly', 'revoked', 'weakScope'],
    'by the name of the kind',
  )
  t.equal(credentials.find(({ kind }) => kind === 'valid')?.headers.Authorization, `Bearer ${apiKey('2')}`)
  await control('POST', '/reset')
  t.same((await control('GET', '/credentials?user=admin&scheme=ApiKeyBearer')).body.credentials, credentials)
})

t.test('they are those of the time, the settings, the people and the path of the portal', async (t) => {
  let now = NOW
  const { app, portal, control } = await controlled(t, { portal: testPortal(t, { clock: { now: () => now } }) })
  const listed = async (path: string) => (await control('GET', path)).body as Listed
  now += 400 * 24 * 60 * 60 * 1000
  await control('PATCH', '/clock', { move: -1e9 })
  await holdsTrue(t, app, await listed('/credentials?user=owner&operation=getPortalUsersCount'))

  portal.changeSettings({ tenantStatus: 'suspended', rateLimits: { perMinute: 1000 } })
  const suspended = await listed('/credentials?user=owner&operation=getPortalUsersCount&kind=valid')
  t.ok(suspended.credentials.every(({ statuses }) => statuses.getPortalUsersCount === 404))
  await holdsTrue(t, app, suspended)
  portal.changeSettings({ tenantStatus: 'active' })

  await control('DELETE', '/sessions')
  await control('DELETE', '/users/owner/sessions')
  await control('PATCH', '/users/guest', { status: 'terminated' })
  await holdsTrue(t, app, await listed('/credentials?user=owner&scheme=asc_auth_key'))
  const guest = await listed(`/credentials?user=${people.guest}&operation=getUserById`)
  t.strictSame([...new Set(guest.credentials.map(({ kind }) => kind))], ['disabledUser'])
  await holdsTrue(t, app, guest)

  const w1 = await listed('/@w1/credentials?user=owner&operation=getPortalUsersCount')
  t.equal(w1.requests[0]?.path, '/@w1/api/2.0/portal/userscount')
  t.match(w1.credentials.find(({ scheme, kind }) => scheme === 'Bearer' && kind === 'valid')?.statuses, {
    getPortalUsersCount: 200,
  })
  await holdsTrue(t, app, w1)
})

t.test('the guards are those of the server, its limits left aside', async (t) => {
  const guard = {
    name: 'Nobody',
    securityScheme: { type: 'http', scheme: 'nobody' },
    authenticate: () => null,
  } as const
  const rateLimits = { perMinute: 3, concurrentReads: 1, concurrentWrites: 1, writesPerDay: 1 }
  const { control } = await controlled(t, { guards: ['ApiKeyBearer', guard], rateLimits })
  const { credentials }: Listed = (await control('GET', '/credentials?user=owner&kind=valid')).body
  for (const { scheme, statuses } of credentials) {
    t.equal(statuses.getPortalUsersCount, scheme === 'ApiKeyBearer' ? 200 : 401, scheme)
  }
})

/** Counts the requests that are rehearsed during a call. */
async function rehearsals(work: () => Promise<unknown>): Promise<number> {
  const { rehearse } = PortalState.prototype
  let count = 0
  PortalState.prototype.rehearse = function (...args) {
    count += 1
    return rehearse.apply(this, args) as never
  }
  try {
    await work()
  } finally {
    PortalState.prototype.rehearse = rehearse
  }
  return count
}

t.test('requests with the same response are rehearsed once', async (t) => {
  const { control } = await controlled(t)
  const list = () => control('GET', '/credentials?limit=100')
  const first = await rehearsals(list)
  t.ok(first <= 250, `${first} requests for nine people`)
  t.equal(await rehearsals(list), 0, 'and again only after something was written')

  await control('POST', '/users/generate', { count: 40 })
  const more = await rehearsals(list)
  t.ok(more <= first, `${more} requests for 49 people, ${first} for nine`)
  await control('PATCH', '/settings', { paid: false })
  const { credentials }: Listed = (await list()).body
  const valid = credentials.find(({ kind }) => kind === 'valid')
  t.equal(valid?.statuses.getPortalUsersCount, 402, 'after a write it is tried out anew')
})

t.test('users whose e-mail or password can’t be part of a login are rehearsed separately', async (t) => {
  const { app, control } = await controlled(t)
  await control('POST', '/users', { email: 'a:b@example.com', password: 'known' })
  await control('POST', '/users', { email: 'blank@example.com', password: ' ' })
  await control('POST', '/users', { email: 'plain@example.com', password: 'known' })
  const listed: Listed = (await control('GET', '/credentials?scheme=Basic&operation=getSelfProfile')).body
  await holdsTrue(t, app, listed)
})

t.test('a custom guard is called for each user', async (t) => {
  const guard: AuthGuard = {
    name: 'OneOfThem',
    securityScheme: { type: 'http', scheme: 'basic' },
    authenticate: ({ portal, credentials: { basic } }) => {
      const [email] = Buffer.from(basic[0] ?? '', 'base64')
        .toString()
        .split(':')
      const user = portal.store.users.findByEmail(email ?? '')
      return user?.id === people.winfield ? accept(user) : null
    },
  }
  const { app, control } = await controlled(t, { guards: [guard] })
  const listed: Listed = (await control('GET', '/credentials?scheme=Basic&kind=valid&operation=getSelfProfile')).body
  const statuses = listed.credentials.map(({ userId, statuses }) => [userId, statuses.getSelfProfile])
  t.ok(statuses.every(([id, status]) => status === (id === people.winfield ? 200 : 401)))
  await holdsTrue(t, app, listed)
})

t.test('there is a request to every operation that asks for a credential', async (t) => {
  const operations = Object.values<object>(document.paths).flatMap((path) => Object.values(path))
  // those on OAuth2 clients ask for the x-signature, which is no guard's affair
  const guarded = operations.flatMap(({ operationId, security }) =>
    security?.some((scheme: object) => 'Basic' in scheme) ? [operationId] : [],
  )
  const requests = guardedRequests(testPortal(t)).map(({ operationId }) => operationId)
  t.strictSame(requests.toSorted(), guarded.toSorted(), 'guarded-operations.ts has a line for each')
})

t.test('people are paged', async (t) => {
  const { control } = await controlled(t)
  const { total, credentials } = (
    await control('GET', '/credentials?limit=2&offset=1&scheme=Basic&operation=getPortalUsersCount')
  ).body as Listed
  t.equal(total, 9)
  t.strictSame([...new Set(credentials.map(({ userId }) => userId))], [people.admin, people.roomAdmin])
})

t.test('refused', async (t) => {
  const { control, portal } = await controlled(t)
  const before = portal.image()
  const refusals: [query: string, status: number, message: RegExp][] = [
    ['user=nobody', 404, /nobody who is nobody/],
    ['operation=sendCongratulations', 400, /^\/operation: sendCongratulations is none .*getPortalUsersCount/],
    ['scheme=bearer', 400, /^\/scheme must be equal to one of .*Bearer/],
    ['kind=bad', 400, /^\/kind must be equal to one of/],
    ['limit=101', 400, /^\/limit must be <= 100/],
    ['usre=owner', 400, /additional properties: usre/],
  ]
  for (const [query, status, message] of refusals) {
    const answer = await control('GET', `/credentials?${query}`)
    t.equal(answer.status, status, query)
    t.match(answer.body, { error: message })
  }
  t.ok(portal.image().equals(before))
})
