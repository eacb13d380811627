import t from 'tap'
import { mintConfirmationKey } from '../../src/auth/mint.ts'
import { people } from '../helper.ts'
import { getTokens, running } from './visitor.ts'

const { owner } = people

t.test('the five operations, called with what the flow gives, in both profiles (facts §3)', async (t) => {
  const cases = [
    { profile: 'documented', scope: 'read', statuses: [200, 200, 200, 403, 200] },
    { profile: 'documented', scope: 'write', statuses: [200, 200, 200, 200, 200] },
    { profile: 'documented', scope: 'openid read write', statuses: [200, 200, 200, 200, 200] },
    { profile: 'documented', scope: '*:read', statuses: [200, 200, 200, 403, 200] },
    { profile: 'documented', scope: 'openid files:read', statuses: [403, 403, 403, 403, 200] },
    { profile: 'server', scope: 'accounts:read accounts:write openid', statuses: [403, 403, 403, 403, 200] },
  ] as const
  for (const { profile, scope, statuses } of cases) {
    const { url, portal } = await running(t, { profile })
    const { access_token: token } = await getTokens(url, owner, scope)
    const key = mintConfirmationKey(portal, owner)
    const operations: [method: string, path: string][] = [
      ['GET', 'userscount'],
      ['GET', `users/${owner}`],
      ['GET', 'users/invite/User'],
      ['POST', 'present/mark'],
      ['POST', `sendcongratulations?Userid=${owner}&Key=${key}`],
    ]
    const answered = operations.map(async ([method, path]) => {
      const headers = { authorization: `Bearer ${token}` }
      const answer = await fetch(`${url}/api/2.0/portal/${path}`, { method, headers })
      if (answer.status === 403) t.equal(await answer.text(), '', `${path}: no body`)
      return answer.status
    })
    t.strictSame(await Promise.all(answered), statuses, `${profile}: ${scope}`)
  }
})

t.test('the real server knows no documented scopes', async (t) => {
  const { url } = await running(t, { profile: 'server' })
  for (const scope of ['read', 'write', '*:read', '*:write']) {
    await t.rejects(getTokens(url, owner, scope), { message: /error=invalid_scope/ }, scope)
  }
})
