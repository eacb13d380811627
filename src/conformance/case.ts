import type { ProfileName } from '../domain/profile.ts'
import type { PortalSettings } from '../domain/settings.ts'
import addMember from './cases/add-member.json' with { type: 'json' }
import authenticateMe from './cases/authenticate-me.json' with { type: 'json' }
import authenticateMeFromBodyWithCode from './cases/authenticate-me-from-body-with-code.json' with { type: 'json' }
import changeActivation from './cases/change-activation.json' with { type: 'json' }
import createApiKey from './cases/create-api-key.json' with { type: 'json' }
import createClient from './cases/create-client.json' with { type: 'json' }
import createInvitationLink from './cases/create-invitation-link.json' with { type: 'json' }
import deleteApiKey from './cases/delete-api-key.json' with { type: 'json' }
import deleteClient from './cases/delete-client.json' with { type: 'json' }
import deleteInvitationLink from './cases/delete-invitation-link.json' with { type: 'json' }
import generateJwtToken from './cases/generate-jwt-token.json' with { type: 'json' }
import getAllPermissions from './cases/get-all-permissions.json' with { type: 'json' }
import getApiKey from './cases/get-api-key.json' with { type: 'json' }
import getApiKeys from './cases/get-api-keys.json' with { type: 'json' }
import getClient from './cases/get-client.json' with { type: 'json' }
import getClients from './cases/get-clients.json' with { type: 'json' }
import getInvitationLink from './cases/get-invitation-link.json' with { type: 'json' }
import getInvitationLinkByEmployeeType from './cases/get-invitation-link-by-employee-type.json' with { type: 'json' }
import getIsAuthentificated from './cases/get-is-authentificated.json' with { type: 'json' }
import getPortalCapabilities from './cases/get-portal-capabilities.json' with { type: 'json' }
import getPortalSettings from './cases/get-portal-settings.json' with { type: 'json' }
import getPortalUsersCount from './cases/get-portal-users-count.json' with { type: 'json' }
import getScopes from './cases/get-scopes.json' with { type: 'json' }
import getSelfProfile from './cases/get-self-profile.json' with { type: 'json' }
import getUserById from './cases/get-user-by-id.json' with { type: 'json' }
import logout from './cases/logout.json' with { type: 'json' }
import markGiftMessageAsRead from './cases/mark-gift-message-as-read.json' with { type: 'json' }
import otherPaths from './cases/other-paths.json' with { type: 'json' }
import regenerateSecret from './cases/regenerate-secret.json' with { type: 'json' }
import sendCongratulations from './cases/send-congratulations.json' with { type: 'json' }
import updateApiKey from './cases/update-api-key.json' with { type: 'json' }
import updateClient from './cases/update-client.json' with { type: 'json' }
import updateInvitationLink from './cases/update-invitation-link.json' with { type: 'json' }

/** The people that a case can speak of. */
export type Person = 'owner' | 'admin' | 'roomAdmin' | 'user' | 'guest' | 'otherGuest' | 'pending' | 'terminated'

/** One request and the answer to it, as the files in `cases` have them. */
export interface Case extends Partial<Expectation> {
  /** One word and, where a case has variants, more that tell them apart. No two cases have the same. */
  id: string
  what: string
  /**
   * Method and target, the latter below `/api/2.0/portal/` unless it begins with a slash. Here and in headers
   * `{{name}}` stands for a value that depends on the portal: somebody's id, a credential.
   */
  request: string
  /** Who is calling, with whichever credential there is that works in both profiles. */
  as?: Person
  headers?: Record<string, string>
  /** Headers that have to come twice, or in an order. */
  headerLines?: [name: string, value: string][]
  /** The request's body. */
  content?: string
  /** The request's body, which is sent as JSON. */
  json?: unknown
  /** What has to be set on the portal before, which only the mock lets anybody do. */
  settings?: Partial<PortalSettings>
  /** Whether it changes anything when it succeeds. */
  writes?: boolean
  /** A request that answers nothing, as the same caller, or else the case would change what somebody else has made. */
  vacant?: string
  /** Names that later cases have in double braces, and where in the answer's body their values are: JSON Pointers. */
  keeps?: Record<string, string>
  /** The name of what is gone when it has succeeded. It is sent even where the other cases are given up. */
  removes?: string
  /** Whether it rests on what the shipped fixture says of its people: their language, who invited whom. */
  shipped?: boolean
  /** The answer in one profile. A case that has only one of the two belongs to that profile. */
  documented?: Expectation
  server?: Expectation
}

/** What an answer has to be. */
export interface Expectation {
  status: number
  body: ExpectedBody
  /** Headers, by names in lower case. What varies is spelled as in a body. */
  has?: Record<string, string>
  /** Headers that must not be there. */
  absent?: string[]
}

/**
 * What a body has to be. Whatever is JSON is compared member by member and in their order; what varies stands there in
 * angle brackets (`template.ts`).
 */
export type ExpectedBody =
  | 'empty'
  /** The envelope of an operation that returns nothing. */
  | 'void'
  /** The envelope around the number of active people. */
  | 'usersCount'
  /** The problem document of a body that isn't JSON by its type, in an envelope that calls it a success. */
  | 'unsupportedMediaType'
  /** The envelope around a value; `with`: those of its members that are known better than its shape. */
  | { ok: unknown; with?: Record<string, unknown> }
  /** The envelope around a short link that leads to an invitation for this type. */
  | { link: number }
  /** A value without an envelope, as the identity service answers; `with` as above. */
  | { json: unknown; with?: Record<string, unknown> }
  /** The problem document of the identity service: its detail, and what is wrong with which member. */
  | { refused: string; errors?: FieldError[] }
  /** The envelope around somebody, or around some of their members. */
  | { user: Person; fields?: string[] }
  /** An error of `errors.json`, with a message of its own where that is translated. */
  | { error: string; message?: string }
  /** The problem document of parameters that can't be bound, and their messages. */
  | { validation: Record<string, string[]> }
  /** Any other value in the envelope of a 400. */
  | { wrapped: unknown }
  /** The problem document of a status. */
  | { problem: number }
  | { text: string }

/** What is wrong with a member of a body that is sent to the identity service. */
interface FieldError {
  field: string
  code: string
  message: string
}

/** Cases about one operation. */
export interface Operation {
  name: string
  cases: readonly Case[]
}

/**
 * All cases, by operation, in the order in which they are sent: what one makes, another finds, changes and removes.
 */
export const operations: readonly Operation[] = [
  operation('GET users/invite/{employeeType}', getInvitationLink),
  operation('GET userscount', getPortalUsersCount),
  operation('GET users/{userID}', getUserById),
  operation('POST present/mark', markGiftMessageAsRead),
  operation('POST sendcongratulations', sendCongratulations),
  operation('POST users/invitationlink', createInvitationLink),
  operation('GET users/invitationlink/{employeeType}', getInvitationLinkByEmployeeType),
  operation('PUT users/invitationlink', updateInvitationLink),
  operation('DELETE users/invitationlink', deleteInvitationLink),
  operation('POST authentication', authenticateMe),
  operation('POST authentication/{code}', authenticateMeFromBodyWithCode),
  operation('GET authentication', getIsAuthentificated),
  operation('POST authentication/logout', logout),
  operation('POST people', addMember),
  operation('GET people/@self', getSelfProfile),
  operation('GET settings', getPortalSettings),
  operation('GET capabilities', getPortalCapabilities),
  operation('POST keys', createApiKey),
  operation('GET keys', getApiKeys),
  operation('GET keys/@self', getApiKey),
  operation('GET keys/permissions', getAllPermissions),
  operation('PUT keys/{keyId}', updateApiKey),
  operation('DELETE keys/{keyId}', deleteApiKey),
  operation('GET security/oauth2/token', generateJwtToken),
  operation('GET scopes', getScopes),
  operation('POST clients', createClient),
  operation('GET clients', getClients),
  operation('GET clients/{clientId}', getClient),
  operation('PUT clients/{clientId}', updateClient),
  operation('PATCH clients/{clientId}/activation', changeActivation),
  operation('PATCH clients/{clientId}/regenerate', regenerateSecret),
  operation('DELETE clients/{clientId}', deleteClient),
  operation('other paths', otherPaths),
]

/** What a case expects in a profile; `undefined`: it doesn't belong to that profile. */
export function expectationOf(row: Case, profile: ProfileName): Expectation | undefined {
  const { status, body, has, absent } = row
  if (status === undefined || body === undefined) return row[profile]
  return { status, body, ...(has && { has }), ...(absent && { absent }) }
}

// what TypeScript infers from JSON is wider than what stands there
function operation(name: string, cases: unknown): Operation {
  return { name, cases: cases as Case[] }
}
