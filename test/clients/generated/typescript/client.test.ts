import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Configuration, type ConfigurationParameters, EmployeeType, PortalUsersApi, ResponseError } from './index.js'

const expected = JSON.parse(readFileSync(process.env.EXPECTATIONS as string, 'utf8'))
const isServer = expected.profile === 'server'

const asKey = (key: string) => api({ accessToken: key })
const owner = asKey(expected.apiKeys.owner)

const credentials: [name: string, configuration: ConfigurationParameters, status: number][] = [
  ['ApiKeyBearer', { apiKey: expected.apiKeys.owner }, isServer ? 401 : 200],
  ['Basic', expected.login, 200],
  ['Bearer, a session token', { accessToken: expected.sessionToken }, 200],
  ['Bearer, an access token', { accessToken: expected.accessToken }, 200],
  ['Bearer, an API key', { accessToken: expected.apiKeys.owner }, 200],
  ['a cookie', { headers: { Cookie: `asc_auth_key=${expected.sessionToken}` } }, 200],
  ['none', {}, 401],
  ['ApiKeyBearer, unknown', { apiKey: expected.apiKeys.unknown }, 401],
  ['Basic, wrong', { username: 'owner@example.com', password: 'wrong' }, 401],
  ['Bearer, expired', { accessToken: expected.expiredAccessToken }, 401],
]

for (const [name, configuration, status] of credentials) {
  test(`credential: ${name}`, async () => {
    const client = api(configuration)
    for (const call of guarded(client)) {
      if (status === 200) assert.equal((await call()).statusCode, 200)
      else assert.deepEqual(await refusal(call()), { status, body: '' })
    }
    const { owner: userid, confirmationKey: key } = expected
    assert.equal((await client.sendCongratulations({ userid, key })).statusCode, 200)
  })
}

for (const name of expected.employeeTypes as (keyof typeof EmployeeType)[]) {
  test(`an invitation for ${name}`, async () => {
    const employeeType = EmployeeType[name]
    assert.ok(employeeType !== undefined)
    assert.match((await owner.getInvitationLink({ employeeType })).response ?? '', /\/s\/[\w-]{15}$/)
    assert.equal((await asKey(expected.apiKeys.guest).getInvitationLink({ employeeType })).response, '')
  })
}

for (const user of expected.users) {
  test(`${user.email}, member by member`, async () => {
    const { response } = await owner.getUserById({ userID: user.id })
    assert.ok(response)
    const held = Object.entries(response).filter(([, value]) => value !== undefined)
    assert.deepEqual(held.map(([member]) => member).sort(), Object.keys(user).sort())
    for (const [member, value] of held) {
      if (value instanceof Date) assert.equal(value.getTime(), Date.parse(user[member]), member)
      else assert.deepEqual(value, user[member], member)
    }
  })
}

test('users are counted', async () => {
  const { response, count } = await owner.getPortalUsersCount()
  assert.deepEqual([response, count], [expected.usersCount, 1])
})

test('the gift message is marked as read', async () => {
  assert.equal((await owner.markGiftMessageAsRead()).statusCode, 200)
})

test('congratulations are sent without credentials', async () => {
  const { statusCode, count } = await api({}).sendCongratulations({
    userid: expected.owner,
    key: expected.confirmationKey,
  })
  assert.deepEqual([statusCode, count], [200, 0])
})

const failures: [name: string, call: () => Promise<unknown>, status: number, message: string | null][] = [
  ['a guest counts users', () => asKey(expected.apiKeys.guest).getPortalUsersCount(), 403, 'Access denied'],
  ['a key that may only read', () => asKey(expected.apiKeys.readOnly).markGiftMessageAsRead(), 403, null],
  ['nobody has the id', () => owner.getUserById({ userID: expected.nobody }), 404, 'The user could not be found'],
  ['an expired key', () => congratulate(expected.owner, expected.expiredConfirmationKey), 403, 'Access denied'],
  ['no GUID', () => congratulate('abc', 'x'), 400, 'One or more validation errors occurred.'],
  [
    'no key',
    () => congratulate(expected.owner, ''),
    isServer ? 400 : 403,
    isServer ? 'Value cannot be null' : 'Access denied',
  ],
]

for (const [name, call, status, message] of failures) {
  test(`refused: ${name}`, async () => {
    const refused = await refusal(call())
    assert.equal(refused.status, status)
    assert.ok(message === null ? refused.body === '' : refused.body.includes(message), refused.body)
  })
}

/** The operations that ask who is calling. */
function guarded(client: PortalUsersApi) {
  return [
    () => client.getInvitationLink({ employeeType: EmployeeType.User }),
    () => client.getPortalUsersCount(),
    () => client.getUserById({ userID: expected.owner }),
    () => client.markGiftMessageAsRead(),
  ]
}

function api(configuration: ConfigurationParameters): PortalUsersApi {
  return new PortalUsersApi(new Configuration({ basePath: expected.url, ...configuration }))
}

function congratulate(userid: string, key: string) {
  return api({}).sendCongratulations({ userid, key })
}

async function refusal(call: Promise<unknown>): Promise<{ status: number; body: string }> {
  const error = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.ok(error instanceof ResponseError, String(error))
  return { status: error.response.status, body: await error.response.text() }
}
