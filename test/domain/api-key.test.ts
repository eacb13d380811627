import t from 'tap'
import { API_KEY_PREFIX, apiKeyHash } from '../../src/domain/api-key.ts'

t.test('a key is kept as its SHA-256, prefix included', async (t) => {
  const key = `${API_KEY_PREFIX}${'1'.repeat(64)}`

  t.equal(key, 'sk-1111111111111111111111111111111111111111111111111111111111111111')
  t.equal(apiKeyHash(key), 'd1d8b50b21edb61d80cff1c67ac623224edad91f3515d9b1b3467d67468001df')
  t.not(apiKeyHash(key.toUpperCase()), apiKeyHash(key), 'letter case counts')
})
