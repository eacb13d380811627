import assert from 'node:assert/strict'
import { test } from 'node:test'
import createClient from 'openapi-fetch'
import { expected } from './expected.js'
import type { components, paths } from './generated/schema.js'

const client = createClient<paths>({
  baseUrl: expected.url,
  headers: { Authorization: `Bearer ${expected.apiKeys.owner}` },
})

test('users are counted', async () => {
  const { data } = await client.GET('/api/2.0/portal/userscount')
  const count: number | undefined = data?.response
  assert.equal(count, expected.usersCount)
})

test('a user is found', async () => {
  const { data } = await client.GET('/api/2.0/portal/users/{userID}', { params: { path: { userID: expected.owner } } })
  const user: components['schemas']['UserInfo'] | undefined = data?.response
  const status: 1 | 2 | 4 | 5 | 7 | undefined = user?.status
  assert.equal(status, 1)
  assert.equal(user?.tenantId, expected.tenantId)
})

test('a key is made and deleted', async () => {
  const body: components['schemas']['CreateApiKeyRequestDto'] = expected.bodies.apiKey
  const made = await client.POST('/api/2.0/keys', { body })
  const keyId = made.data?.response?.id ?? ''
  const gone = await client.DELETE('/api/2.0/keys/{keyId}', { params: { path: { keyId } } })
  assert.equal(gone.data?.response, true)
})

test('an error has its type', async () => {
  const { error, response } = await client.GET('/api/2.0/portal/userscount', {
    headers: { Authorization: `Bearer ${expected.apiKeys.guest}` },
  })
  assert.equal(response.status, 403)
  // of several bodies that a 403 may have
  const refused = error as components['schemas']['ErrorApiResponse']
  assert.equal(refused.error?.message, 'Access denied')
})
