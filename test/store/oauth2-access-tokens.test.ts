import t from 'tap'
import { testPortal } from '../helper.ts'

t.test('a token counts until it is revoked, by itself or with its grant', async (t) => {
  const { oauth2AccessTokens } = testPortal(t).store
  for (const [jti, grantId] of [
    ['a', 'grant-1'],
    ['b', 'grant-1'],
    ['c', 'grant-2'],
    ['d', null],
  ] as const) {
    oauth2AccessTokens.insert({ jti, grantId, expiresAt: 2000 })
    t.equal(oauth2AccessTokens.stateOf(jti), 'given')
  }
  const revoked = () => ['a', 'b', 'c', 'd'].filter((jti) => oauth2AccessTokens.stateOf(jti) === 'revoked')
  oauth2AccessTokens.revoke('a', 2000)
  t.strictSame(revoked(), ['a'])
  oauth2AccessTokens.revokeByGrant('grant-1')
  t.strictSame(revoked(), ['a', 'b'])
})

t.test('one that was minted elsewhere can be revoked as well', async (t) => {
  const { oauth2AccessTokens } = testPortal(t).store
  t.equal(oauth2AccessTokens.stateOf('minted'), undefined)
  oauth2AccessTokens.revoke('minted', 2000)
  oauth2AccessTokens.revoke('minted', 2000)
  t.equal(oauth2AccessTokens.stateOf('minted'), 'revoked')
})

t.test('forgets what ended before a time', async (t) => {
  const { oauth2AccessTokens } = testPortal(t).store
  oauth2AccessTokens.revoke('old', 2000)
  oauth2AccessTokens.revoke('new', 3000)
  oauth2AccessTokens.prune(2500)
  t.equal(oauth2AccessTokens.stateOf('old'), undefined)
  t.equal(oauth2AccessTokens.stateOf('new'), 'revoked')
})
