import assert from 'node:assert/strict'
import { MatchersV3, PactV3 } from '@pact-foundation/pact'
import { apiKey, people } from '../helper.ts'
import { PortalClient } from './client.ts'

const { datetime, fromProviderState, integer, like, regex, string } = MatchersV3

const KEY = `Bearer ${apiKey('e')}`
const asCaller = { Authorization: fromProviderState('${authorization}', KEY) }
const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' }
const success = { count: 1, status: 0, statusCode: 200 }

/**
 * Writes the pact of a client: what it sends, what it expects, and what has to be so.
 *
 * @param directory where the pact's file is to be
 * @returns the file's path
 */
export async function writePact(directory: string): Promise<string> {
  const pact = new PactV3({ consumer: 'portal-client', provider: 'DocSpace', dir: directory, logLevel: 'error' })
  describeInteractions(pact)
  await pact.executeTest(async ({ url }) => {
    const caller = new PortalClient(url, KEY)
    assert.equal(await caller.usersCount(), 3)
    assert.match(await caller.invitationLink('User'), /\/s\//)
    await assert.rejects(caller.invitationLink('Guest'), /^Error: 403 Access denied$/)
    assert.equal((await caller.user(people.winfield)).email, 'ada@example.com')
    await assert.rejects(caller.user(people.guest), /^Error: 404 The user could not be found$/)
    await caller.markGiftMessageAsRead()
    await new PortalClient(url).sendCongratulations(people.owner, '1.A')
    // Pact counts a request after it has answered it, and may look too early whether the last one came
    for (let n = 0; n < 2; n++) await assert.rejects(new PortalClient(url).usersCount(), /^Error: 401$/)
  })
  return `${directory}/portal-client-DocSpace.json`
}

function describeInteractions(pact: PactV3): void {
  pact
    .given('the portal has 3 users')
    .given('the caller is a DocSpace admin')
    .uponReceiving('an admin who counts users')
    .withRequest({ method: 'GET', path: '/api/2.0/portal/userscount', headers: asCaller })
    .willRespondWith({ status: 200, headers: JSON_TYPE, body: like({ response: integer(3), ...success }) })
  pact
    .given('the caller is the owner', { apiKey: apiKey('e') })
    .uponReceiving('the owner, with a key of the pact, who wants a link')
    .withRequest({ method: 'GET', path: '/api/2.0/portal/users/invite/User', headers: { Authorization: KEY } })
    .willRespondWith({
      status: 200,
      body: like({ response: regex('^http.*/s/[\\w-]+$', 'http://a/s/abc'), ...success }),
    })
  pact
    .given('the caller is the owner')
    .given('invitations are disabled')
    .uponReceiving('a link where nobody may invite')
    .withRequest({ method: 'GET', path: '/api/2.0/portal/users/invite/Guest', headers: asCaller })
    .willRespondWith({ status: 403, body: { status: 1, statusCode: 403, error: like({ message: 'Access denied' }) } })
  pact
    .given(`a user ${people.winfield} exists`, { email: 'ada@example.com' })
    .given('the caller is an administrator')
    .uponReceiving('an admin who looks at somebody')
    .withRequest({ method: 'GET', path: `/api/2.0/portal/users/${people.winfield}`, headers: asCaller })
    .willRespondWith({
      status: 200,
      body: like({
        response: {
          id: people.winfield,
          email: 'ada@example.com',
          firstName: string('Ada'),
          createDate: datetime("yyyy-MM-dd'T'HH:mm:ss'Z'", '2026-01-15T09:00:00Z'),
        },
      }),
    })
  pact
    .given(`a user ${people.guest} does not exist`)
    .given('the caller is an administrator')
    .uponReceiving('an admin who looks at nobody')
    .withRequest({ method: 'GET', path: `/api/2.0/portal/users/${people.guest}`, headers: asCaller })
    .willRespondWith({ status: 404, body: like({ error: { message: 'The user could not be found' } }) })
  pact
    .given('the caller is a guest')
    .uponReceiving('a guest who has read the gift message')
    .withRequest({ method: 'POST', path: '/api/2.0/portal/present/mark', headers: asCaller })
    .willRespondWith({ status: 200, body: like({ count: 0, status: 0, statusCode: 200 }) })
  pact
    .given('a confirmation key', { user: 'owner' })
    .uponReceiving('congratulations')
    .withRequest({
      method: 'POST',
      path: '/api/2.0/portal/sendcongratulations',
      query: {
        Userid: fromProviderState('${userId}', people.owner),
        Key: fromProviderState('${confirmationKey}', '1.A'),
      } as never,
    })
    .willRespondWith({ status: 200, body: like({ count: 0, status: 0, statusCode: 200 }) })
  pact
    .uponReceiving('somebody without credentials')
    .withRequest({ method: 'GET', path: '/api/2.0/portal/userscount' })
    .willRespondWith({ status: 401 })
}
