import { calculateJwkThumbprint } from 'jose'
import t from 'tap'
import { SIGNING_ALGORITHMS, signingKeys } from '../../src/oauth2/signing-keys.ts'
import { defaultFixture } from '../../src/start.ts'
import { openPortal } from '../../src/store/portal-slot.ts'
import { testPortal } from '../helper.ts'

t.test('a portal has a key an algorithm, the private part for itself', async (t) => {
  const keys = await signingKeys(testPortal(t))

  t.strictSame(SIGNING_ALGORITHMS, ['ES256', 'RS256'])
  t.strictSame(
    keys.map(({ alg, privateKey, publicKey }) => [alg, privateKey.type, publicKey.type]),
    [
      ['ES256', 'private', 'public'],
      ['RS256', 'private', 'public'],
    ],
  )
  t.strictSame(
    keys.map(({ publicJwk }) => Object.keys(publicJwk).toSorted()),
    [
      ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
      ['alg', 'e', 'kid', 'kty', 'n', 'use'],
    ],
  )
  for (const { kid, alg, publicJwk } of keys) {
    t.equal(kid, await calculateJwkThumbprint(publicJwk), 'named by its thumbprint')
    t.match(publicJwk, { kid, alg, use: 'sig' })
  }
})

t.test('they are made once, however many ask at the same time', async (t) => {
  const portal = testPortal(t)
  t.strictSame(portal.store.signingKeys.list(), [], 'not before they are needed')
  const [first, second] = await Promise.all([signingKeys(portal), signingKeys(portal)])

  t.equal(first, second)
  t.equal(await signingKeys(portal), first)
  t.equal(portal.store.signingKeys.list().length, 2)
})

t.test('two portals have different ones', async (t) => {
  const kids = await Promise.all(
    [testPortal(t), testPortal(t)].map(async (portal) => (await signingKeys(portal))[0]?.kid),
  )

  t.equal(new Set(kids).size, 2)
})

t.test('they outlive the process with the portal’s file', async (t) => {
  const dataDirectory = t.testdir()
  const first = openPortal({ fixture: defaultFixture, dataDirectory })
  const made = (await signingKeys(first)).map(({ publicJwk }) => publicJwk)
  first.close()
  const again = openPortal({ fixture: defaultFixture, dataDirectory })
  t.teardown(() => again.close())

  t.strictSame(
    (await signingKeys(again)).map(({ publicJwk }) => publicJwk),
    made,
  )
})

t.test('a portal keeps them when it is reset', async (t) => {
  const portal = testPortal(t)
  const kids = (await signingKeys(portal)).map(({ kid }) => kid)
  portal.reset()
  t.strictSame(
    (await signingKeys(portal)).map(({ kid }) => kid),
    kids,
  )
})
