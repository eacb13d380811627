import t from 'tap'
import { testPortal } from '../helper.ts'

const artifact = {
  model: 'RefreshToken',
  id: 'token-1',
  grantId: 'grant-1',
  uid: null,
  payload: { accountId: 'somebody', scope: 'read' },
  expiresAt: 2000,
}

t.test('keeps an artifact under its kind and id', async (t) => {
  const { oauth2Artifacts } = testPortal(t).store
  oauth2Artifacts.put(artifact)
  t.strictSame(oauth2Artifacts.find('RefreshToken', 'token-1'), { ...artifact, consumedAt: null })
  t.equal(oauth2Artifacts.find('AuthorizationCode', 'token-1'), undefined, 'another kind')
  t.equal(oauth2Artifacts.find('RefreshToken', 'token-2'), undefined)
})

t.test('what is put again takes the place of the old, and stays used up', async (t) => {
  const { oauth2Artifacts } = testPortal(t).store
  oauth2Artifacts.put(artifact)
  oauth2Artifacts.consume('RefreshToken', 'token-1', 1500)
  oauth2Artifacts.put({ ...artifact, payload: { scope: 'write' }, expiresAt: 3000 })
  t.strictSame(oauth2Artifacts.find('RefreshToken', 'token-1'), {
    ...artifact,
    payload: { scope: 'write' },
    expiresAt: 3000,
    consumedAt: 1500,
  })
})

t.test('finds a session by its other id', async (t) => {
  const { oauth2Artifacts } = testPortal(t).store
  oauth2Artifacts.put({ ...artifact, model: 'Session', id: 'cookie', grantId: null, uid: 'uid-1' })
  t.equal(oauth2Artifacts.findByUid('Session', 'uid-1')?.id, 'cookie')
  t.equal(oauth2Artifacts.findByUid('Session', 'uid-2'), undefined)
  t.equal(oauth2Artifacts.findByUid('Grant', 'uid-1'), undefined)
})

t.test('removes one, or those of a kind that came of a grant', async (t) => {
  const { oauth2Artifacts } = testPortal(t).store
  for (const id of ['token-1', 'token-2', 'token-3']) oauth2Artifacts.put({ ...artifact, id })
  oauth2Artifacts.put({ ...artifact, id: 'token-4', grantId: 'grant-2' })
  oauth2Artifacts.put({ ...artifact, model: 'AuthorizationCode' })
  oauth2Artifacts.remove('RefreshToken', 'token-1')
  t.equal(oauth2Artifacts.find('RefreshToken', 'token-1'), undefined)
  oauth2Artifacts.removeByGrant('RefreshToken', 'grant-1')
  t.equal(oauth2Artifacts.find('RefreshToken', 'token-2'), undefined)
  t.ok(oauth2Artifacts.find('RefreshToken', 'token-4'), 'of another grant')
  t.ok(oauth2Artifacts.find('AuthorizationCode', 'token-1'), 'of another kind')
})

t.test('lets one hold longer, and never shorter', async (t) => {
  const { oauth2Artifacts } = testPortal(t).store
  oauth2Artifacts.put(artifact)
  oauth2Artifacts.prolong('RefreshToken', 'token-1', 5000)
  oauth2Artifacts.prolong('RefreshToken', 'token-1', 1000)
  t.equal(oauth2Artifacts.find('RefreshToken', 'token-1')?.expiresAt, 5000)
})

t.test('forgets what ended before a time', async (t) => {
  const { oauth2Artifacts } = testPortal(t).store
  oauth2Artifacts.put(artifact)
  oauth2Artifacts.put({ ...artifact, id: 'token-2', expiresAt: 3000 })
  oauth2Artifacts.prune(2500)
  t.equal(oauth2Artifacts.find('RefreshToken', 'token-1'), undefined)
  t.ok(oauth2Artifacts.find('RefreshToken', 'token-2'))
})
