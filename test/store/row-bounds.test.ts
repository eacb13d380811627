import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { apiKeyHash } from '../../src/domain/api-key.ts'
import { Database } from '../../src/store/database.ts'
import { type BoundName, boundReached, defaultRowBounds } from '../../src/store/row-bounds.ts'
import type { Store } from '../../src/store/store.ts'
import { NOW, people, testPortal, testServer } from '../helper.ts'

const BOUND = 20
const names = Object.keys(defaultRowBounds) as BoundName[]
const small = Object.fromEntries(names.map((name) => [name, BOUND]))

const message = { subject: 's', paragraphs: [], button: null, portalUrl: '' }
const mail = { at: NOW, action: 'a', userId: people.owner, from: 'a@example.com', email: 'b@example.com', message }

const newKey = (i: number) => ({
  hash: apiKeyHash(`client ${i}`),
  postfix: 'eeee',
  userId: people.owner,
  name: 'mine',
  permissions: [],
  active: true,
  createdAt: NOW + i,
  expiresAt: null,
})

const artifact = { grantId: null, uid: null, payload: {} }

/** A table whose rows are evicted. */
interface Evicting {
  /** Adds the ith row. Later rows expire later. */
  add(store: Store, i: number): unknown
  has(store: Store, i: number): boolean
  /** Makes a row one that is evicted first, even if it is the latest. */
  spoil?(store: Store, i: number): void
}

const evicting: Partial<Record<BoundName, Evicting>> = {
  signIns: {
    add: (store, i) => store.loginEvents.insert(people.owner, NOW + i),
    has: (store, i) => store.loginEvents.find(i) !== undefined,
    spoil: (store, i) => store.loginEvents.end(i),
  },
  shortLinks: {
    add: (store, i) => store.shortLinks.shorten(`http://localhost/${i}`, () => `key${i}`, NOW + i),
    has: (store, i) => store.shortLinks.find(`key${i}`) !== undefined,
  },
  mails: {
    add: (store) => store.outbox.add(mail),
    has: (store, i) => store.outbox.find(i) !== undefined,
  },
  auditEvents: {
    add: (store, i) => store.auditEvents.insert('UserSentPasswordChangeInstructions', `user ${i}`, NOW),
    has: (store, i) => store.auditEvents.latest('UserSentPasswordChangeInstructions', `user ${i}`) !== undefined,
  },
  apiKeys: {
    add: (store, i) => store.apiKeys.insert(newKey(i)),
    has: (store, i) => store.apiKeys.find(newKey(i).hash) !== undefined,
    spoil: (store, i) => {
      const { id = '' } = store.apiKeys.find(newKey(i).hash) ?? {}
      store.apiKeys.update({ id, name: '', permissions: [], active: false })
    },
  },
  oauth2Artifacts: {
    add: (store, i) => store.oauth2Artifacts.put({ ...artifact, model: 'Grant', id: `id ${i}`, expiresAt: NOW + i }),
    has: (store, i) => store.oauth2Artifacts.find('Grant', `id ${i}`) !== undefined,
  },
  accessTokens: {
    add: (store, i) => store.oauth2AccessTokens.insert({ jti: `id ${i}`, grantId: 'grant', expiresAt: NOW + i }),
    has: (store, i) => store.oauth2AccessTokens.stateOf(`id ${i}`) !== undefined,
  },
}

/** The numbers of the rows that are there. */
function kept(store: Store, { has }: Evicting, added: number): number[] {
  return Array.from({ length: added }, (_, i) => i + 1).filter((i) => has(store, i))
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

for (const [name, table] of Object.entries(evicting)) {
  t.test(`${name}: the first rows are evicted, the latest are kept`, async (t) => {
    const { store } = testPortal(t, { rowBounds: small })
    for (let i = 1; i <= BOUND; i++) table.add(store, i)
    t.strictSame(kept(store, table, BOUND), range(1, BOUND), 'as many as the bound')
    table.add(store, BOUND + 1)
    t.strictSame(kept(store, table, BOUND + 1), range(3, BOUND + 1), 'a tenth is evicted')
    for (let i = BOUND + 2; i <= 100; i++) {
      table.add(store, i)
      t.ok(kept(store, table, i).length <= BOUND)
      t.ok(table.has(store, i), 'the latest is there')
    }
  })

  const { spoil } = table
  if (spoil !== undefined) {
    t.test(`${name}: invalid ones are evicted first`, async (t) => {
      const { store } = testPortal(t, { rowBounds: small })
      for (let i = 1; i <= BOUND; i++) table.add(store, i)
      spoil(store, BOUND)
      spoil(store, BOUND - 1)
      table.add(store, BOUND + 1)
      t.strictSame(kept(store, table, BOUND + 1), [...range(1, BOUND - 2), BOUND + 1])
    })
  }

  t.test(`${name}: the bound applies to a file that has more rows`, async (t) => {
    const dataDirectory = t.testdir()
    const before = testPortal(t, { dataDirectory })
    for (let i = 1; i <= 50; i++) table.add(before.store, i)
    before.close()
    const { store } = testPortal(t, { dataDirectory, rowBounds: small })
    table.add(store, 51)
    t.equal(kept(store, table, 51).length, BOUND - 1)
    t.ok(table.has(store, 51))
  })

  t.test(`${name}: rows that were rolled back don't count, and their evictions are undone`, async (t) => {
    const { store } = testPortal(t, { rowBounds: small })
    for (let i = 1; i <= BOUND; i++) table.add(store, i)
    const before = kept(store, table, BOUND)
    t.throws(() =>
      store.transaction(() => {
        table.add(store, BOUND + 1)
        throw new Error('undone')
      }),
    )
    t.strictSame(kept(store, table, BOUND + 1), before)
    for (let i = BOUND + 1; i <= 60; i++) table.add(store, i)
    t.ok(kept(store, table, 60).length <= BOUND)
  })

  t.test(`${name}: rows are counted for every tenth of the bound only`, async (t) => {
    const { get } = Database.prototype
    let counted = 0
    Database.prototype.get = function <Row>(sql: string, ...values: never[]) {
      if (/count\(\*\)/.test(sql)) counted += 1
      return get.call(this, sql, ...values) as Row | undefined
    }
    t.teardown(() => {
      Database.prototype.get = get
    })
    const { store } = testPortal(t, { rowBounds: { ...small, [name]: 1000 } })
    for (let i = 1; i <= 5000; i++) table.add(store, i)
    t.ok(counted <= 2 * (1 + 4000 / 100 + 1), `counted ${counted} times`)
  })
}

t.test('expired API keys are evicted first, and those of the control API are kept', async (t) => {
  const { store } = testPortal(t, { rowBounds: small })
  store.apiKeys.insert({ ...newKey(0), key: 'minted' })
  store.apiKeys.insert({ ...newKey(1), expiresAt: NOW + 2 })
  for (let i = 2; i <= BOUND; i++) store.apiKeys.insert(newKey(i))
  store.apiKeys.touch(newKey(2).hash, NOW + 1000)
  store.apiKeys.insert(newKey(BOUND + 1))
  const keptKeys = range(0, BOUND + 1).filter((i) => store.apiKeys.find(newKey(i).hash))
  t.strictSame(keptKeys, [0, 2, ...range(4, BOUND + 1)], 'the one that was used stays')
})

t.test('a flood of one kind of OAuth2 artifact doesn’t evict others', async (t) => {
  const { store } = testPortal(t, { rowBounds: small })
  store.oauth2Artifacts.put({ ...artifact, model: 'AuthorizationCode', id: 'code', expiresAt: NOW })
  for (let i = 1; i <= 100; i++) {
    store.oauth2Artifacts.put({ ...artifact, model: 'Interaction', id: `${i}`, expiresAt: NOW + 1000 })
  }
  t.ok(store.oauth2Artifacts.find('AuthorizationCode', 'code'))
})

t.test('a revoked minted token stays revoked', async (t) => {
  const { store } = testPortal(t, { rowBounds: small })
  store.oauth2AccessTokens.revoke('minted', NOW - 1)
  for (let i = 1; i <= 100; i++) store.oauth2AccessTokens.insert({ jti: `${i}`, grantId: 'g', expiresAt: NOW + i })
  t.equal(store.oauth2AccessTokens.stateOf('minted'), 'revoked')
})

/** Operations that refuse at a bound, and what a caller sends to each. */
const refusing: Partial<Record<BoundName, (i: number) => { url: string; payload: object }>> = {
  oauth2Clients: () => ({
    url: '/api/2.0/clients',
    payload: {
      name: 'Reports',
      logo: 'data:image/png;base64,iVBORw0KGgo=',
      website_url: 'https://example.com',
      terms_url: 'https://example.com',
      policy_url: 'https://example.com',
      redirect_uris: ['https://example.com'],
      allowed_origins: ['https://example.com'],
      logout_redirect_uri: 'https://example.com',
      scopes: ['openid'],
    },
  }),
  members: (i) => ({
    url: '/api/2.0/people',
    payload: { email: `member${i}@example.com`, firstName: 'A', lastName: 'B', type: 4 },
  }),
}

for (const [name, request] of Object.entries(refusing)) {
  for (const profile of ['documented', 'server'] as const) {
    t.test(`${name}: further ones are refused, in the profile ${profile}`, async (t) => {
      const warned: string[] = []
      const { app, portal } = await boundServer(t, { profile, rowBounds: { [name]: 3 } }, warned)
      const authorization = `Bearer sk-${'1'.repeat(64)}`
      const signature = await app.inject({ url: '/api/2.0/security/oauth2/token', headers: { authorization } })
      const headers = { authorization, 'x-signature': signature.json().response }
      const statuses = []
      for (let i = 1; i <= 5; i++) {
        const { statusCode } = await app.inject({ method: 'POST', headers, ...request(i) })
        statuses.push(statusCode)
      }
      // the fixture has two clients
      const expected = name === 'oauth2Clients' ? [201, 403, 403, 403, 403] : [200, 200, 200, 403, 403]
      t.strictSame(statuses, expected)
      t.strictSame(warned, [boundReached(name as BoundName, 3)], 'it is said once')
      portal.reset()
      const { statusCode } = await app.inject({ method: 'POST', headers, ...request(9) })
      t.ok(statusCode < 300, 'a reset helps')
    })
  }
}

t.test('reaching a bound is logged once in each life of a portal', async (t) => {
  const warned: string[] = []
  const { portal } = await boundServer(t, { rowBounds: small }, warned)
  const flood = () => {
    for (let i = 1; i <= 100; i++) portal.store.outbox.add(mail)
  }
  flood()
  t.strictSame(warned, [`it keeps at most ${BOUND} e-mails: the oldest are evicted`])
  portal.reset()
  flood()
  t.equal(warned.length, 2)
})

t.test('every bound is tested and documented', async (t) => {
  t.strictSame(names.toSorted(), [...Object.keys(evicting), ...Object.keys(refusing)].toSorted())
  const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8')
  const [, section = ''] = /^## Rows of a portal$(.*?)^## /ms.exec(page) ?? []
  const bounds = [...section.matchAll(/^\| [^|]+ \| ([\d,]+)(?: of each)? \|/gm)].map(([, number = '']) => number)
  const numbers = Object.values(defaultRowBounds).map((bound) => bound.toLocaleString('en'))
  t.strictSame(bounds.toSorted(), numbers.toSorted())
  for (const name of names) t.match(boundReached(name, 5), /^it keeps at most 5 /)
})

/** A server in front of a portal with other bounds, and what it warns of. */
async function boundServer(
  t: Test,
  { rowBounds, ...options }: { rowBounds: Partial<typeof defaultRowBounds>; profile?: 'documented' | 'server' },
  warned: string[],
) {
  const { pino } = await import('pino')
  const stream = { write: (line: string) => void warned.push(JSON.parse(line).msg) }
  const logger = pino({ level: 'warn' }, stream)
  return testServer(t, { portal: testPortal(t, { rowBounds }), logger, ...options })
}
