import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  ApiKeyResponseArrayWrapperToJSON,
  ApiKeyResponseWrapperToJSON,
  ApiKeysApi,
  type ApiResponse,
  AuthenticationApi,
  AuthenticationTokenWrapperToJSON,
  AuthRequestsDtoFromJSON,
  BooleanWrapperToJSON,
  CapabilitiesApi,
  CapabilitiesWrapperToJSON,
  ClientResponseToJSON,
  ClientSecretResponseToJSON,
  Configuration,
  type ConfigurationParameters,
  CreateApiKeyRequestDtoFromJSON,
  CreateClientRequestFromJSON,
  EmployeeFullWrapperToJSON,
  EmployeeType,
  EmptyWrapperToJSON,
  Int64WrapperToJSON,
  InvitationLinkCreateRequestDtoFromJSON,
  InvitationLinkWrapperToJSON,
  MemberRequestDtoFromJSON,
  OAuth20ClientManagementApi,
  OAuth20ClientQueryingApi,
  OAuth20ScopeManagementApi,
  PageableClientResponseToJSON,
  PeopleProfilesApi,
  PortalUsersApi,
  ResponseError,
  ScopeResponseToJSON,
  SecurityOAuth2Api,
  SettingsCommonSettingsApi,
  SettingsWrapperToJSON,
  STRINGArrayWrapperToJSON,
  StringWrapperToJSON,
  UpdateApiKeyRequestFromJSON,
  UpdateClientRequestFromJSON,
} from './index.js'

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

const asOwner = configured({ accessToken: expected.apiKeys.owner })
const { bodies } = expected

test('members that the types lack are noticed', async () => {
  const headers = { Authorization: `Bearer ${expected.apiKeys.owner}`, 'X-DocSpace-Mock-Fault': 'unknown-member' }
  await assert.rejects(whole(api({ headers }).getPortalUsersCountRaw(), Int64WrapperToJSON), /unexpected|deep/i)
})

test('every member of a sign-in', async () => {
  const body = { authRequestsDto: AuthRequestsDtoFromJSON(bodies.signIn) }
  const signedOut = new AuthenticationApi(configured({}))
  const { response } = await whole(signedOut.authenticateMeRaw(body), AuthenticationTokenWrapperToJSON)
  const signedIn = new AuthenticationApi(configured({ headers: { Cookie: `asc_auth_key=${response?.token}` } }))
  assert.equal((await whole(signedIn.getIsAuthentificatedRaw(), BooleanWrapperToJSON)).response, true)
  await whole(signedIn.logoutRaw(), EmptyWrapperToJSON)
  assert.equal((await whole(signedIn.getIsAuthentificatedRaw(), BooleanWrapperToJSON)).response, false)
})

test('every member of people', async () => {
  // the operations of the document that need no credential are sent none
  const headers = { Authorization: `Bearer ${expected.apiKeys.owner}` }
  const people = new PeopleProfilesApi(configured({ headers }))
  const me = await whole(people.getSelfProfileRaw(), EmployeeFullWrapperToJSON)
  assert.equal(me.response?.id, expected.owner)
  const memberRequestDto = MemberRequestDtoFromJSON(bodies.member)
  const added = await whole(people.addMemberRaw({ memberRequestDto }), EmployeeFullWrapperToJSON)
  assert.equal(added.response?.email, bodies.member.email)
  await fetch(`${expected.url}/__mock/users/${added.response?.id}`, { method: 'DELETE' })
})

test('every member of settings and capabilities', async () => {
  const settings = new SettingsCommonSettingsApi(asOwner)
  await whole(settings.getPortalSettingsRaw({ withpassword: true }), SettingsWrapperToJSON)
  await whole(new CapabilitiesApi(asOwner).getPortalCapabilitiesRaw(), CapabilitiesWrapperToJSON)
})

test('every member of API keys', async () => {
  const keys = new ApiKeysApi(asOwner)
  const createApiKeyRequestDto = CreateApiKeyRequestDtoFromJSON(bodies.apiKey)
  const made = await whole(keys.createApiKeyRaw({ createApiKeyRequestDto }), ApiKeyResponseWrapperToJSON)
  const { id: keyId = '', key = '' } = made.response ?? {}
  const reader = new ApiKeysApi(configured({ accessToken: key }))
  await whole(reader.getApiKeyRaw(), ApiKeyResponseWrapperToJSON)
  await whole(keys.getApiKeysRaw(), ApiKeyResponseArrayWrapperToJSON)
  await whole(keys.getAllPermissionsRaw(), STRINGArrayWrapperToJSON)
  const updateApiKeyRequest = UpdateApiKeyRequestFromJSON(bodies.apiKeyChange)
  await whole(keys.updateApiKeyRaw({ keyId, updateApiKeyRequest }), BooleanWrapperToJSON)
  assert.equal((await whole(keys.deleteApiKeyRaw({ keyId }), BooleanWrapperToJSON)).response, true)
})

test('every member of invitation links', async () => {
  const employeeType = EmployeeType.User
  const invitationLinkCreateRequestDto = InvitationLinkCreateRequestDtoFromJSON(bodies.invitationLink)
  const made = await whole(
    owner.createInvitationLinkRaw({ invitationLinkCreateRequestDto }),
    InvitationLinkWrapperToJSON,
  )
  // a real portal sends the number, which nothing checks at run time
  assert.equal(made.response?.employeeType, isServer ? 4 : employeeType)
  const id = made.response?.id ?? ''
  await whole(owner.getInvitationLinkByEmployeeTypeRaw({ employeeType }), InvitationLinkWrapperToJSON)
  await whole(
    owner.updateInvitationLinkRaw({ invitationLinkUpdateRequestDto: { id, maxUseCount: 5 } }),
    InvitationLinkWrapperToJSON,
  )
  await whole(owner.deleteInvitationLinkRaw({ invitationLinkDeleteRequestDto: { id } }), EmptyWrapperToJSON)
})

test('every member of OAuth2 clients', async () => {
  const signature = await whole(new SecurityOAuth2Api(asOwner).generateJwtTokenRaw(), StringWrapperToJSON)
  const signed = configured({ headers: { 'x-signature': signature.response ?? '' } })
  const querying = new OAuth20ClientQueryingApi(signed)
  const management = new OAuth20ClientManagementApi(signed)
  await whole(new OAuth20ScopeManagementApi(signed).getScopesRaw(), (scopes) => scopes.map(ScopeResponseToJSON))
  const createClientRequest = CreateClientRequestFromJSON(bodies.client)
  const made = await whole(management.createClientRaw({ createClientRequest }), ClientResponseToJSON)
  assert.equal(made.tenant, expected.tenantId)
  const clientId = made.clientId ?? ''
  await whole(management.regenerateSecretRaw({ clientId }), ClientSecretResponseToJSON)
  const updateClientRequest = UpdateClientRequestFromJSON(bodies.clientChange)
  await management.updateClient({ clientId, updateClientRequest })
  await management.changeActivation({ clientId, changeClientActivationRequest: { status: false } })
  assert.equal((await whole(querying.getClientRaw({ clientId }), ClientResponseToJSON)).enabled, false)
  await whole(querying.getClientsRaw({ limit: 50 }), PageableClientResponseToJSON)
  await management.deleteClient({ clientId })
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

function configured(configuration: ConfigurationParameters): Configuration {
  return new Configuration({ basePath: expected.url, ...configuration })
}

function api(configuration: ConfigurationParameters): PortalUsersApi {
  return new PortalUsersApi(configured(configuration))
}

function congratulate(userid: string, key: string) {
  return api({}).sendCongratulations({ userid, key })
}

/** What a client makes of an answer, which has to be all that was sent: unknown members would be lost. */
async function whole<Answer>(call: Promise<ApiResponse<Answer>>, toJson: (answer: Answer) => unknown): Promise<Answer> {
  const response = await call
  const sent = await response.raw.clone().json()
  const answer = await response.value()
  assert.deepEqual(comparable(toJson(answer)), comparable(sent))
  return answer
}

/** JSON, with dates as numbers: there are several ways to write one. */
function comparable(value: unknown): unknown {
  const isDate = (member: unknown) => typeof member === 'string' && /^\d{4}-\d\d-\d\dT/.test(member)
  return JSON.parse(JSON.stringify(value), (_, member) => (isDate(member) ? Date.parse(member) : member))
}

async function refusal(call: Promise<unknown>): Promise<{ status: number; body: string }> {
  const error = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.ok(error instanceof ResponseError, String(error))
  return { status: error.response.status, body: await error.response.text() }
}
