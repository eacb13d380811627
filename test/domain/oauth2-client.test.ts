import { randomBytes } from 'node:crypto'
import t from 'tap'
import { createClientSecret, hiddenClientSecret } from '../../src/domain/oauth2-client.ts'

t.test('a secret is 36 letters and digits', async (t) => {
  t.match(createClientSecret(randomBytes), /^[A-Za-z0-9]{36}$/)
  t.equal(
    createClientSecret((count) => Uint8Array.from({ length: count }, (_, i) => i)),
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij',
  )
  t.equal(
    createClientSecret((count) => new Uint8Array(count).fill(255)),
    'H'.repeat(36),
  )
  t.not(createClientSecret(randomBytes), createClientSecret(randomBytes))
})

t.test('what lists show tells one secret from another, and nothing else', async (t) => {
  const hidden = hiddenClientSecret('secret', 'key')
  t.match(hidden, /^[A-Za-z0-9+/]{43}=$/)
  t.equal(hiddenClientSecret('secret', 'key'), hidden)
  t.not(hiddenClientSecret('secrets', 'key'), hidden)
  t.not(hiddenClientSecret('secret', 'keys'), hidden)
})
