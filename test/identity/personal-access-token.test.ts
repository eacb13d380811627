import t from 'tap'
import { createXSignature } from '../../src/domain/x-signature.ts'
import { claimsOf } from '../../src/oauth2/claims-of.ts'
import type { Portal } from '../../src/store/portal.ts'
import { people } from '../helper.ts'
import { asClient, post, running, statusFor, type TokenAnswer, webApp } from './visitor.ts'

/** The x-signature of somebody, as the portal would give it to them. */
function signatureOf(portal: Portal, userId: string, changes: { isGuest?: boolean; tenantId?: number } = {}, key = '') {
  const subject = {
    userId,
    userName: 'name',
    email: 'mail@example.com',
    tenantId: portal.tenantId,
    root: 'http://localhost',
    isAdmin: false,
    isGuest: false,
    isPublic: true,
    ...changes,
  }
  return createXSignature(subject, key || portal.machineKey, portal.clock.now())
}

const GRANT = { grant_type: 'personal_access_token', ...asClient(webApp) }

t.test('gives a token to whoever shows an x-signature, as header or cookie (facts §6.3)', async (t) => {
  const { url, portal } = await running(t)
  const signature = signatureOf(portal, people.admin)
  for (const headers of [{ 'x-signature': signature }, { cookie: `x-signature=${signature}` }]) {
    const answer = await post(url, 'token', { ...GRANT, scope: 'read files:read' }, headers)
    t.equal(answer.status, 200)
    const { access_token: token, ...rest } = (await answer.json()) as TokenAnswer
    t.strictSame(rest, { expires_in: 3600, token_type: 'Bearer', scope: 'read files:read' })
    t.match(claimsOf(token), { sub: people.admin, cid: webApp.clientId, scope: ['read', 'files:read'] })
    t.equal(await statusFor(url, token), 200)
    await post(url, 'revoke', { token, ...asClient(webApp) })
    t.equal(await statusFor(url, token), 401)
  }
})

t.test('refuses everybody else with the errors of the RFC', async (t) => {
  const { url, portal } = await running(t)
  const good = signatureOf(portal, people.admin)
  const cases: [signature: string, form: Record<string, string>, status: number, error: string][] = [
    ['', {}, 400, 'invalid_grant'],
    ['nope', {}, 400, 'invalid_grant'],
    [signatureOf(portal, people.admin, {}, 'another key'), {}, 400, 'invalid_grant'],
    [signatureOf(portal, people.admin, { tenantId: 7 }), {}, 400, 'invalid_grant'],
    [signatureOf(portal, people.terminated), {}, 400, 'invalid_grant'],
    [signatureOf(portal, '00000000-0000-0000-0000-000000000000'), {}, 400, 'invalid_grant'],
    [signatureOf(portal, people.guest, { isGuest: true }), {}, 400, 'access_denied'],
    [good, { scope: 'nope' }, 400, 'invalid_scope'],
    [good, { client_secret: 'wrong' }, 401, 'invalid_client'],
    [good, { client_id: '' }, 400, 'invalid_request'],
  ]
  for (const [signature, form, status, error] of cases) {
    const answer = await post(url, 'token', { ...GRANT, ...form }, signature ? { 'x-signature': signature } : {})
    t.equal(answer.status, status, `${error} ${JSON.stringify(form)}`)
    t.match(await answer.json(), { error })
  }
})
