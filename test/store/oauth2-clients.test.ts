import t from 'tap'
import type { StoredOAuth2Client } from '../../src/store/oauth2-clients.ts'
import { NOW, people, oauth2Clients as shipped, testPortal } from '../helper.ts'

const ID = '3e1f7d30-912c-4c5f-9d74-8f3b20ac4e53'
const client: StoredOAuth2Client = {
  clientId: ID,
  clientSecret: 'x'.repeat(36),
  name: 'mine',
  description: 'of mine',
  logo: 'data:image/png;base64,iVBOR',
  websiteUrl: 'https://example.com',
  termsUrl: 'https://example.com/terms',
  policyUrl: 'https://example.com/policy',
  redirectUris: ['http://localhost:3000/callback', 'http://localhost:3001/callback'],
  allowedOrigins: ['http://localhost:3000'],
  logoutRedirectUris: ['https://example.com/logout'],
  allowPkce: true,
  isPublic: false,
  enabled: true,
  scopes: ['accounts:read', 'openid'],
  createdBy: people.winfield,
  createdAt: NOW,
  modifiedBy: people.admin,
  modifiedAt: NOW + 1,
}
const everybodys = { createdBy: null, after: null, limit: 50 }

t.test('keeps a client by its id', async (t) => {
  const { oauth2Clients } = testPortal(t).store
  t.equal(oauth2Clients.find(ID), undefined)
  oauth2Clients.insert(client)

  t.strictSame(oauth2Clients.find(ID), client)
  t.equal(oauth2Clients.find(ID.toUpperCase()), undefined, 'as it stands')
})

t.test('each flag is its own', async (t) => {
  const { oauth2Clients } = testPortal(t).store
  oauth2Clients.insert(client)
  for (const flags of [
    { allowPkce: true, isPublic: false, enabled: false },
    { allowPkce: false, isPublic: true, enabled: false },
    { allowPkce: false, isPublic: false, enabled: true },
  ]) {
    oauth2Clients.update({ ...client, ...flags })
    t.match(oauth2Clients.find(ID), flags)
  }
})

t.test('refuses a client that is there, and one of nobody', async (t) => {
  const { oauth2Clients } = testPortal(t).store
  oauth2Clients.insert(client)

  t.throws(() => oauth2Clients.insert(client), { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' })
  for (const member of ['createdBy', 'modifiedBy']) {
    t.throws(
      () => oauth2Clients.insert({ ...client, clientId: people.owner, [member]: 'nobody' }),
      { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' },
      member,
    )
  }
})

t.test('lists everybody’s clients or one’s own, the newest first, a page at a time', async (t) => {
  const { oauth2Clients } = testPortal(t).store
  const ids = ['a', 'b', 'c', 'd'].map((digit) => `${digit}${ID.slice(1)}`)
  const [a = '', b = '', c = '', d = ''] = ids
  oauth2Clients.insert({ ...client, clientId: d, createdAt: NOW - 1 })
  oauth2Clients.insert({ ...client, clientId: b, createdBy: people.admin })
  oauth2Clients.insert({ ...client, clientId: a })
  oauth2Clients.insert({ ...client, clientId: c, createdAt: NOW + 1 })
  const listed = (query: object) => oauth2Clients.list({ ...everybodys, ...query }).map(({ clientId }) => clientId)
  const all = [c, b, a, d, shipped.pkce.clientId, shipped.confidential.clientId]

  t.strictSame(listed({}), all)
  t.strictSame(listed({ limit: 2 }), all.slice(0, 2))
  t.strictSame(listed({ createdBy: people.winfield }), [c, a, d])
  t.strictSame(listed({ createdBy: people.winfield, limit: 1 }), [c])
  t.strictSame(listed({ createdBy: people.pending }), [])
  for (const [i, clientId] of all.entries()) {
    const createdAt = oauth2Clients.find(clientId)?.createdAt
    t.strictSame(listed({ after: { clientId, createdAt } }), all.slice(i + 1), `after ${clientId}`)
  }
  t.strictSame(listed({ after: { clientId: b, createdAt: NOW }, createdBy: people.winfield }), [a, d])
})

t.test('changes one client and no other, and not who made it when', async (t) => {
  const { oauth2Clients } = testPortal(t).store
  const before = oauth2Clients.list(everybodys)
  oauth2Clients.insert(client)
  const changed: StoredOAuth2Client = {
    clientId: ID,
    clientSecret: 'other',
    name: 'other',
    description: '',
    logo: '',
    websiteUrl: '',
    termsUrl: '',
    policyUrl: '',
    redirectUris: [],
    allowedOrigins: [],
    logoutRedirectUris: [],
    allowPkce: false,
    isPublic: true,
    enabled: false,
    scopes: [],
    createdBy: people.owner,
    createdAt: 0,
    modifiedBy: people.winfield,
    modifiedAt: NOW + 5,
  }
  oauth2Clients.update(changed)

  t.strictSame(oauth2Clients.find(ID), { ...changed, createdBy: client.createdBy, createdAt: client.createdAt })
  t.strictSame(
    oauth2Clients.list(everybodys).filter(({ clientId }) => clientId !== ID),
    before,
  )
})

t.test('takes one client away and no other', async (t) => {
  const { oauth2Clients } = testPortal(t).store
  const before = oauth2Clients.list(everybodys)
  oauth2Clients.insert(client)
  oauth2Clients.remove(people.owner)
  t.equal(oauth2Clients.list(everybodys).length, before.length + 1)
  oauth2Clients.remove(ID)
  t.strictSame(oauth2Clients.list(everybodys), before)
})
