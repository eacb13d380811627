import t from 'tap'
import type { StoredSigningKey } from '../../src/store/signing-keys.ts'
import { testPortal } from '../helper.ts'

t.test('keeps a key an algorithm', async (t) => {
  const { signingKeys } = testPortal(t).store
  const rsa: StoredSigningKey = { kid: 'a', alg: 'RS256', jwk: { kty: 'RSA', n: 'n', e: 'AQAB' } }
  const ec: StoredSigningKey = { kid: 'b', alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' } }
  t.strictSame(signingKeys.list(), [])
  signingKeys.insert(rsa)
  signingKeys.insert(ec)

  t.strictSame(signingKeys.list(), [ec, rsa])
  t.throws(() => signingKeys.insert({ ...rsa, kid: 'c' }), { code: 'SQLITE_CONSTRAINT_UNIQUE' })
  t.throws(() => signingKeys.insert(ec), { code: /^SQLITE_CONSTRAINT/ })
})
