import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { defaultFixture } from '../../src/start.ts'
import { apiKey, people, testServer } from '../helper.ts'
import { exchangeWith } from '../journal/exchange.ts'
import { longestTurn } from '../longest-turn.ts'

t.setTimeout(180_000)

/** How many rows there are of each kind. */
const ROWS = 20_000

/** How much CPU a turn of the event loop may take, in milliseconds, a collection of garbage included. */
const LONGEST = 250

/** A listening server, with many rows of everything that is listed. */
async function withManyRows(t: Test) {
  const { app, portal } = await testServer(t, { journal: ROWS })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const { store } = portal
  const message = { subject: 's', paragraphs: ['Hello.'], button: null, portalUrl: 'http://localhost' }
  store.transaction(() => {
    for (let n = 1; n <= ROWS; n++) {
      const prefix = n.toString(16).padStart(8, '0')
      store.outbox.add({
        at: n,
        action: 'a',
        userId: people.owner,
        from: 'a@example.com',
        email: 'b@example.com',
        message,
      })
      store.apiKeys.insert({
        hash: prefix + 'c'.repeat(56),
        key: `sk-${prefix}${'d'.repeat(56)}`,
        postfix: 'dddd',
        userId: people.winfield,
        name: `key ${n}`,
        permissions: [],
        active: true,
        createdAt: n,
        expiresAt: null,
      })
    }
  })
  const journal = app.journalOf(portal)
  for (let n = 1; n <= ROWS; n++) journal.record(exchangeWith())
  const call = async (method: string, path: string, body?: Record<string, unknown>) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey('1')}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    // not read, since the work of the client doesn't count
    for await (const _ of answer.body ?? []);
    t.ok(answer.ok, `${method} ${path}: ${answer.status}`)
  }
  return { app, call }
}

const calls: [method: string, path: string, body?: Record<string, unknown>][] = [
  ['POST', '/__mock/marks', {}],
  ['POST', '/__mock/users/generate', { count: ROWS }],
  ['GET', '/__mock/marks/1/effects'],
  ['GET', '/__mock/users?limit=1000'],
  ['GET', '/__mock/users?limit=100&offset=19000&email=user'],
  ['GET', '/__mock/users/User%2019999'],
  ['GET', '/__mock/outbox'],
  ['GET', '/__mock/outbox?to=nobody@example.com'],
  ['GET', '/__mock/fixture'],
  ['GET', '/__mock/journal?limit=100000'],
  ['GET', '/__mock/journal.har'],
  ['POST', '/__mock/journal/verify', { path: '/nothing' }],
  ['GET', '/api/2.0/keys'],
  ['PUT', '/__mock/snapshots/a'],
  ['POST', '/__mock/snapshots/a/restore'],
  ['POST', '/__mock/provider-states', { state: `the portal has ${2 * ROWS} users` }],
  ['POST', '/__mock/provider-states', { state: 'the portal has 5 users' }],
  ['POST', '/__mock/provider-states', { state: '', action: 'teardown' }],
  ['POST', '/__mock/provider-states', { state: 'a session token' }],
  ['PUT', '/__mock/fixture', { ...defaultFixture, generatedUsers: ROWS }],
  ['POST', '/__mock/reset'],
  ['GET', '/__mock/credentials?limit=100&kind=valid&operation=getPortalUsersCount'],
]

t.test(`no call blocks others, with ${ROWS} rows of each kind`, async (t) => {
  const { call } = await withManyRows(t)
  // a first call takes longer, since it loads code
  for (const path of ['/__mock/users?limit=1', '/__mock/journal?limit=1', '/__mock/journal.har?after=19999', '/']) {
    await call('GET', path)
  }
  for (const [method, path, body] of calls) {
    const longest = await longestTurn(() => call(method, path, body))
    t.ok(longest < LONGEST, `${method} ${path} ${body?.state ?? ''}: ${longest.toFixed(0)} ms`)
  }
})
