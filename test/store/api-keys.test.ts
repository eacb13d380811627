import t from 'tap'
import { apiKeyHash } from '../../src/domain/api-key.ts'
import type { NewApiKey } from '../../src/store/api-keys.ts'
import { NOW, people, testPortal } from '../helper.ts'

const hash = apiKeyHash(`sk-${'e'.repeat(64)}`)
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
    userId: people.winfield,
    permissions: ['*:read', 'accounts:read'],
    active: true,
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

  t.throws(() => apiKeys.insert(key), { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' })
  t.throws(() => apiKeys.insert({ ...key, hash: apiKeyHash('x'), userId: 'nobody' }), {
    code: 'SQLITE_CONSTRAINT_FOREIGNKEY',
  })
})
