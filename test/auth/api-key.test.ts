import t from 'tap'
import { apiKeyGuard } from '../../src/auth/api-key.ts'
import { apiKeyHash } from '../../src/domain/api-key.ts'
import { apiKey, NOW, people, testPortal } from '../helper.ts'
import { asker, inWords } from './ask.ts'

const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } })

t.test('accepts keys with their scopes, and refuses the others (facts §2.4)', async (t) => {
  const portal = testPortal(t)
  portal.store.users.remove(people.guest)
  const ask = await asker(t, apiKeyGuard(), { portal })
  const cases: [key: string, verdict: string, status: number][] = [
    [apiKey('1'), `${people.owner} *:write`, 200],
    [apiKey('2'), `${people.admin} *:write`, 200],
    [apiKey('3'), `${people.roomAdmin} *:write`, 403],
    [apiKey('a'), `${people.owner} *:read`, 200],
    [apiKey('b'), `${people.owner} accounts:read`, 403],
    [apiKey('c'), 'the API key expired at 2026-02-01T00:00:00.000Z; owner@example.com made it', 401],
    [apiKey('d'), 'the API key was revoked; owner@example.com made it', 401],
    [apiKey('5'), 'the user who made the API key was removed', 401],
    [apiKey('9'), `${people.terminated} *:write`, 401],
    [apiKey('e'), 'no API key ends in eeee: unknown, deleted, or of another portal', 401],
    [apiKey('a').toUpperCase().replace('SK', 'sk'), 'no API key ends in AAAA; there is one in lower case', 401],
    [apiKey('1').slice(0, -1), 'no API key: one is sk- and 64 hex digits, and this has 63 characters there', 401],
    [`${apiKey('1')}1`, 'no API key: one is sk- and 64 hex digits, and this has 65 characters there', 401],
    ['sk-', 'no API key: one is sk- and 64 hex digits, and this has 0 characters there', 401],
    ['sk-***1111', 'the masked form of an API key, which lists show: only the answer that made it has the key', 401],
  ]
  for (const [key, verdict, status] of cases) {
    const asked = await ask(bearer(key))
    t.strictSame(asked.verdicts?.map(inWords), [verdict], key)
    t.equal(asked.status, status, key)
  }
})

t.test('a key expires at the very moment (facts §2.4)', async (t) => {
  let now = Date.UTC(2026, 1, 1) - 1
  const ask = await asker(t, apiKeyGuard(), { portal: testPortal(t, { clock: { now: () => now } }) })

  t.equal(inWords((await ask(bearer(apiKey('c')))).verdicts?.[0]), `${people.owner} *:write`)
  now++
  t.match(inWords((await ask(bearer(apiKey('c')))).verdicts?.[0]), /expired/)
})

t.test('notes when a key was last used, once a second at most', async (t) => {
  let now = NOW
  const portal = testPortal(t, { clock: { now: () => now } })
  const ask = await asker(t, apiKeyGuard(), { portal })
  const lastUsed = (digit: string) => portal.store.apiKeys.find(apiKeyHash(apiKey(digit)))?.lastUsed
  const steps: [after: number, expected: number][] = [
    [0, NOW],
    [999, NOW],
    [1000, NOW + 1000],
    [1001, NOW + 1000],
    [5000, NOW + 5000],
  ]
  for (const [after, expected] of steps) {
    now = NOW + after
    await ask(bearer(apiKey('1')))
    t.equal(lastUsed('1'), expected, `${after} ms`)
  }
  for (const refused of ['c', 'd']) {
    await ask(bearer(apiKey(refused)))
    t.equal(lastUsed(refused), null, 'one that doesn’t hold isn’t used')
  }
})

t.test('judges each key of a request', async (t) => {
  const ask = await asker(t, apiKeyGuard())
  const { verdicts, status } = await ask({
    headers: { authorization: `Bearer ${apiKey('d')}`, ApiKeyBearer: apiKey('1') },
  })

  t.strictSame(verdicts?.map(inWords), [
    'the API key was revoked; owner@example.com made it',
    `${people.owner} *:write`,
  ])
  t.equal(status, 200)
})

t.test('blanks in front make a key another one for the server (facts §2.4)', async (t) => {
  const ask = await asker(t, apiKeyGuard(), { profile: 'server' })

  t.match(await ask(bearer(` ${apiKey('1')}`)), {
    status: 401,
    verdicts: [{ refused: 'an API key after more than one blank; send Bearer sk-…' }],
  })
})

t.test('has nothing to say of other credentials', async (t) => {
  const ask = await asker(t, apiKeyGuard())

  t.equal((await ask({})).verdicts, null)
  t.equal((await ask({ headers: { authorization: 'Bearer x' } })).verdicts, null)
})
