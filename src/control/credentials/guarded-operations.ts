import { EMPTY_GUID } from '../../domain/guid.ts'
import { READ_PORTAL, READ_SELF, type Scope, WRITE_PORTAL } from '../../domain/scopes.ts'
import type { Portal } from '../../store/portal.ts'

/** A request to an operation that asks who is calling. */
export interface GuardedRequest {
  operationId: string
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the portal's root. */
  path: string
  body?: Record<string, unknown>
  /** Scopes of which the gate requires one; `null`: the operation has no gate and decides by itself. */
  scopes: readonly Scope[] | null
  /** Whether the response depends on the credential and not only on the role of the caller. */
  judgesCredential?: boolean
}

const PORTAL = '/api/2.0/portal'
const KEYS = '/api/2.0/keys'

/**
 * A request to each of the operations that a credential opens. Whatever it is answered, the next of its kind
 * is answered the same: those that would need something to be there, or not to be there, name nothing.
 */
export function guardedRequests({ ownerId }: Portal): GuardedRequest[] {
  return [
    { operationId: 'getInvitationLink', method: 'GET', path: `${PORTAL}/users/invite/User`, scopes: READ_PORTAL },
    { operationId: 'getPortalUsersCount', method: 'GET', path: `${PORTAL}/userscount`, scopes: READ_PORTAL },
    { operationId: 'getUserById', method: 'GET', path: `${PORTAL}/users/${ownerId}`, scopes: READ_PORTAL },
    { operationId: 'markGiftMessageAsRead', method: 'POST', path: `${PORTAL}/present/mark`, scopes: WRITE_PORTAL },
    {
      operationId: 'createInvitationLink',
      method: 'POST',
      path: `${PORTAL}/users/invitationlink`,
      body: {},
      scopes: WRITE_PORTAL,
    },
    {
      operationId: 'updateInvitationLink',
      method: 'PUT',
      path: `${PORTAL}/users/invitationlink`,
      body: { id: EMPTY_GUID },
      scopes: WRITE_PORTAL,
    },
    {
      operationId: 'deleteInvitationLink',
      method: 'DELETE',
      path: `${PORTAL}/users/invitationlink`,
      body: { id: EMPTY_GUID },
      scopes: WRITE_PORTAL,
    },
    {
      operationId: 'getInvitationLinkByEmployeeType',
      method: 'GET',
      path: `${PORTAL}/users/invitationlink/User`,
      scopes: READ_PORTAL,
    },
    { operationId: 'getSelfProfile', method: 'GET', path: '/api/2.0/people/@self', scopes: READ_SELF },
    {
      operationId: 'addMember',
      method: 'POST',
      path: '/api/2.0/people',
      // without an e-mail no user is added
      body: { type: 'User' },
      scopes: null,
      judgesCredential: true,
    },
    { operationId: 'getApiKeys', method: 'GET', path: KEYS, scopes: READ_PORTAL },
    { operationId: 'createApiKey', method: 'POST', path: KEYS, body: { name: 'docspace-mock' }, scopes: WRITE_PORTAL },
    { operationId: 'getApiKey', method: 'GET', path: `${KEYS}/@self`, scopes: READ_SELF, judgesCredential: true },
    { operationId: 'getAllPermissions', method: 'GET', path: `${KEYS}/permissions`, scopes: READ_PORTAL },
    {
      operationId: 'updateApiKey',
      method: 'PUT',
      path: `${KEYS}/${EMPTY_GUID}`,
      body: { name: 'docspace-mock' },
      scopes: WRITE_PORTAL,
    },
    { operationId: 'generateJwtToken', method: 'GET', path: '/api/2.0/security/oauth2/token', scopes: READ_PORTAL },
    { operationId: 'deleteApiKey', method: 'DELETE', path: `${KEYS}/${EMPTY_GUID}`, scopes: WRITE_PORTAL },
  ]
}
