import t from 'tap'
import { apiKeyScopes, FULL_ACCESS, hasScope, READ_PORTAL, WRITE_PORTAL } from '../../src/domain/scopes.ts'

t.test('which scopes suffice (facts §3)', async (t) => {
  const cases: [owned: string[], reads: boolean, writes: boolean][] = [
    [['*:write'], true, true],
    [['*:read'], true, false],
    [['*:read', '*:write'], true, true],
    [['accounts:read', '*:read'], true, false],
    [['accounts:read'], false, false],
    [['accounts:write'], false, false],
    [['files:read', 'rooms:write', 'openid'], false, false],
    [['read'], false, false],
    [['write'], false, false],
    [['*'], false, false],
    [['*:READ'], false, false],
    [['*:read *:write'], false, false],
    [[], false, false],
  ]
  for (const [owned, reads, writes] of cases) {
    t.equal(hasScope(owned, READ_PORTAL), reads, `${owned.join(' + ')} reads`)
    t.equal(hasScope(owned, WRITE_PORTAL), writes, `${owned.join(' + ')} writes`)
  }
})

t.test('scopes of an API key (facts §2.4)', async (t) => {
  t.equal(FULL_ACCESS, '*:write')
  t.strictSame(apiKeyScopes([]), ['*:write'])
  t.strictSame(apiKeyScopes(['*']), ['*:write'])
  t.strictSame(apiKeyScopes(['accounts:read', '*']), ['*:write'])
  t.strictSame(apiKeyScopes(['*:read']), ['*:read'])
  t.strictSame(apiKeyScopes(['accounts:read', '*:read']), ['accounts:read', '*:read'])
})
