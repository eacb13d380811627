import t from 'tap'
import { apiKeyHash } from '../../src/domain/api-key.ts'
import type { NewApiKey } from '../../src/store/api-keys.ts'
import { apiKeyId, NOW, people, testPortal } from '../helper.ts'

const hash = apiKeyHash(`sk-${'e'.repeat(64)}`)
const ID = apiKeyId(hash)
const key: NewApiKey = {
  hash,
  postfix: 'eeee',
  userId: people.winfield,
  name: 'mine',
  permissions: ['*:read', 'accounts:read'],
  active: true,
  createdAt: NOW,
  expiresAt: NOW + 1,
}

t.test('keeps a key by its hash', async (t) => {
  const { apiKeys } = testPortal(t).store
  t.equal(apiKeys.find(hash), undefined)
  apiKeys.insert(key)

  t.strictSame(apiKeys.find(hash), {
    id: ID,
    userId: people.winfield,
    name: 'mine',
    postfix: 'eeee',
    permissions: ['*:read', 'accounts:read'],
    active: true,
    createdAt: NOW,
    expiresAt: NOW + 1,
    lastUsed: null,
  })
  t.equal(apiKeys.find(hash.toUpperCase()), undefined, 'as it stands')
})

t.test('a key may be without permissions, without an end, or revoked', async (t) => {
  const { apiKeys } = testPortal(t).store
  apiKeys.insert({ ...key, permissions: [], expiresAt: null, active: false })

  t.match(apiKeys.find(hash), { permissions: [], expiresAt: null, active: false })
})

t.test('notes when a key was used', async (t) => {
  const { apiKeys } = testPortal(t).store
  const other = apiKeyHash(`sk-${'f'.repeat(64)}`)
  apiKeys.insert(key)
  apiKeys.insert({ ...key, hash: other })
  apiKeys.touch(hash, NOW)
  t.equal(apiKeys.find(hash)?.lastUsed, NOW)
  apiKeys.touch(hash, NOW + 5)
  t.equal(apiKeys.find(hash)?.lastUsed, NOW + 5)
  t.equal(apiKeys.find(other)?.lastUsed, null)
})

t.test('refuses a key that is there, and one of nobody', async (t) => {
  const { apiKeys } = testPortal(t).store
  apiKeys.insert(key)

  t.throws(() => apiKeys.insert(key), { code: 'SQLITE_CONSTRAINT_UNIQUE' })
  t.throws(() => apiKeys.insert({ ...key, hash: apiKeyHash('x'), userId: 'nobody' }), {
    code: 'SQLITE_CONSTRAINT_FOREIGNKEY',
  })
})

t.test('a key has an id, which its hash gives it', async (t) => {
  const { apiKeys } = testPortal(t).store
  t.equal(apiKeys.findById(ID), undefined)
  apiKeys.insert(key)

  t.strictSame(apiKeys.findById(ID), apiKeys.find(hash))
  t.equal(apiKeys.findById(ID.toUpperCase()), undefined, 'as it stands')
  apiKeys.put({ ...key, name: 'again' })
  t.match(apiKeys.findById(ID), { name: 'again' }, 'put in again it is the same')
})

t.test('lists everybody’s keys or one’s own, the oldest first', async (t) => {
  const { apiKeys } = testPortal(t).store
  const seeded = apiKeys.list(null)
  t.equal(seeded.length, 10)
  apiKeys.insert(key)
  apiKeys.insert({ ...key, hash: apiKeyHash('older'), name: 'older', createdAt: NOW - 1 })

  t.strictSame(
    apiKeys.list(null).map(({ id }) => id),
    [...seeded.map(({ id }) => id), apiKeys.find(apiKeyHash('older'))?.id, ID],
  )
  t.strictSame(
    apiKeys.list(people.winfield).map(({ name }) => name),
    ['full access', 'older', 'mine'],
  )
  t.strictSame(apiKeys.list(people.pending), [])
  t.strictSame(apiKeys.list('nobody'), [])
})

t.test('changes one key and no other', async (t) => {
  const { apiKeys } = testPortal(t).store
  apiKeys.insert(key)
  apiKeys.touch(hash, NOW)
  const before = apiKeys.list(null).filter(({ id }) => id !== ID)
  apiKeys.update({ id: ID, name: 'other', permissions: [], active: false })

  const { hash: _, ...kept } = key
  t.strictSame(apiKeys.findById(ID), { id: ID, ...kept, name: 'other', permissions: [], active: false, lastUsed: NOW })
  apiKeys.update({ id: people.owner, name: 'nobody’s', permissions: [], active: false })
  t.strictSame(
    apiKeys.list(null).filter(({ id }) => id !== ID),
    before,
  )
})

t.test('takes one key away and no other', async (t) => {
  const { apiKeys } = testPortal(t).store
  const before = apiKeys.list(null)
  apiKeys.insert(key)
  apiKeys.remove(people.owner)
  t.equal(apiKeys.list(null).length, before.length + 1)
  apiKeys.remove(ID)
  t.equal(apiKeys.find(hash), undefined)
  t.strictSame(apiKeys.list(null), before)
})

t.test('a change, too, is something that was written', async (t) => {
  const { store } = testPortal(t)
  store.apiKeys.insert(key)
  for (const change of [
    () => store.apiKeys.update({ id: ID, name: 'x', permissions: [], active: true }),
    () => store.apiKeys.remove(ID),
  ]) {
    const { revision } = store
    change()
    t.ok(store.revision > revision, 'nobody remembers the key as it was')
  }
})
