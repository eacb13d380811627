import t from 'tap'
import { portalIdentityService } from '../../src/oauth2/identity-service.ts'
import { signingKeys } from '../../src/oauth2/signing-keys.ts'
import { testPortal } from '../helper.ts'

t.test('publishes the portal’s own keys', async (t) => {
  const portal = testPortal(t)
  const [ec, rsa] = await signingKeys(portal)

  t.equal(await portalIdentityService.publicKey(portal, 'ES256'), ec?.publicKey)
  t.equal(await portalIdentityService.publicKey(portal, 'RS256'), rsa?.publicKey)
  for (const algorithm of ['HS256', 'none', 'ES384', '', 'undefined']) {
    t.equal(await portalIdentityService.publicKey(portal, algorithm), undefined, algorithm)
  }
})

t.test('takes nothing back', async (t) => {
  t.equal(await portalIdentityService.introspect(testPortal(t), 'any token'), true)
})
