import t from 'tap'
import { API_KEY_PREFIX, apiKeyHash, createApiKey, maskedApiKey } from '../../src/domain/api-key.ts'

t.test('a key is kept as its SHA-256, prefix included', async (t) => {
  const key = `${API_KEY_PREFIX}${'1'.repeat(64)}`

  t.equal(key, 'sk-1111111111111111111111111111111111111111111111111111111111111111')
  t.equal(apiKeyHash(key), 'd1d8b50b21edb61d80cff1c67ac623224edad91f3515d9b1b3467d67468001df')
  t.not(apiKeyHash(key.toUpperCase()), apiKeyHash(key), 'letter case counts')
})

t.test('a new key is 32 random bytes in lower-case hex', async (t) => {
  const asked: number[] = []
  const key = createApiKey((count) => {
    asked.push(count)
    return Uint8Array.from({ length: count }, (_, i) => 0xe0 + i)
  })

  t.strictSame(asked, [32])
  t.equal(key, 'sk-e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff')
})

t.test('what is shown of a key is its end', async (t) => {
  t.equal(maskedApiKey('89ab'), 'sk-***89ab')
})
