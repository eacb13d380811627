import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expected } from './expected.js'
import * as client from './generated/client.js'
import * as schemas from './generated/schemas.js'

const { owner, confirmationKey, bodies } = expected

/** Of all operations but those that answer nothing: what calls them, and the schema of their answers. */
const operations: Record<string, [call: () => Promise<{ status: number; data: unknown }>, schema: Schema]> = {
  getPortalUsersCount: [() => client.getPortalUsersCount(), schemas.GetPortalUsersCountResponse],
  getInvitationLink: [() => client.getInvitationLink('User'), schemas.GetInvitationLinkResponse],
  getUserById: [() => client.getUserById(owner), schemas.GetUserByIdResponse],
  markGiftMessageAsRead: [() => client.markGiftMessageAsRead(), schemas.MarkGiftMessageAsReadResponse],
  sendCongratulations: [
    () => client.sendCongratulations({ Userid: owner, Key: confirmationKey }),
    schemas.SendCongratulationsResponse,
  ],
  authenticateMe: [() => client.authenticateMe(bodies.signIn), schemas.AuthenticateMeResponse],
  getIsAuthentificated: [() => client.getIsAuthentificated(), schemas.GetIsAuthentificatedResponse],
  logout: [() => client.logout(), schemas.LogoutResponse],
  getSelfProfile: [() => client.getSelfProfile(), schemas.GetSelfProfileResponse],
  getPortalSettings: [() => client.getPortalSettings({ withpassword: true }), schemas.GetPortalSettingsResponse],
  getPortalCapabilities: [() => client.getPortalCapabilities(), schemas.GetPortalCapabilitiesResponse],
  createApiKey: [() => client.createApiKey(bodies.apiKey), schemas.CreateApiKeyResponse],
  getApiKeys: [getOwnApiKeys, schemas.GetApiKeysResponse],
  getApiKey: [() => client.getApiKey(), schemas.GetApiKeyResponse],
  getAllPermissions: [() => client.getAllPermissions(), schemas.GetAllPermissionsResponse],
}

for (const [name, [call, schema]] of Object.entries(operations)) {
  test(name, async () => {
    check(await call(), schema)
  })
}

test('invitation links', async () => {
  const answer = await client.createInvitationLink(bodies.invitationLink)
  const { success } = schemas.CreateInvitationLinkResponse.safeParse(answer.data)
  // a real portal sends the number of the role
  assert.equal(success, expected.profile === 'documented')
})

test('OAuth2 clients', async () => {
  const { data } = await client.generateJwtToken()
  const signed = { headers: { 'x-signature': (data as { response: string }).response } }
  check(await client.getScopes(signed), schemas.GetScopesResponse)
  const made = await client.createClient(bodies.client, signed)
  const { client_id: id = '' } = check(made, schemas.CreateClientResponse, 201)
  check(await client.getClient(id, signed), schemas.GetClientResponse)
  check(await client.getClients({ limit: 50 }, signed), schemas.GetClientsResponse)
  check(await client.regenerateSecret(id, signed), schemas.RegenerateSecretResponse)
  assert.equal((await client.deleteClient(id, signed)).status, 200)
})

test('members that the schemas lack are refused', async () => {
  const { data } = await client.getPortalUsersCount({ headers: { 'X-DocSpace-Mock-Fault': 'unknown-member' } })
  const { error } = schemas.GetPortalUsersCountResponse.safeParse(data)
  assert.match(String(error?.message), /unrecognized_keys/)
})

/**
 * The API keys of the owner. zod takes UUIDs of the versions 1 to 8, and the id of another user with keys, which is the
 * example of DocSpace's documents, has 9.
 */
async function getOwnApiKeys() {
  const answer = await client.getApiKeys()
  const data = answer.data as { response: { createBy: { id: string } }[] }
  const response = data.response.filter(({ createBy }) => createBy.id === owner)
  assert.ok(response.length > 0)
  return { ...answer, data: { ...data, response } }
}

interface Schema<Answer = unknown> {
  safeParse(value: unknown): { data?: Answer; error?: { issues: unknown } }
}

function check<Answer>(
  { status, data }: { status: number; data: unknown },
  schema: Schema<Answer>,
  expectedStatus = 200,
): Answer {
  assert.equal(status, expectedStatus)
  const { data: answer, error } = schema.safeParse(data)
  assert.equal(error, undefined, JSON.stringify(error?.issues))
  return answer as Answer
}
