import { EMPTY_GUID } from '../../domain/guid.ts'
import type { Portal } from '../../store/portal.ts'

/** A request to an operation that asks who is calling. */
export interface GuardedRequest {
  operationId: string
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the portal's root. */
  path: string
  body?: Record<string, unknown>
}

const PORTAL = '/api/2.0/portal'
const KEYS = '/api/2.0/keys'

/**
 * A request to each of the operations that a credential opens. Whatever it is answered, the next of its kind
 * is answered the same: those that would need something to be there, or not to be there, name nothing.
 */
export function guardedRequests({ ownerId }: Portal): GuardedRequest[] {
  return [
    { operationId: 'getInvitationLink', method: 'GET', path: `${PORTAL}/users/invite/User` },
    { operationId: 'getPortalUsersCount', method: 'GET', path: `${PORTAL}/userscount` },
    { operationId: 'getUserById', method: 'GET', path: `${PORTAL}/users/${ownerId}` },
    { operationId: 'markGiftMessageAsRead', method: 'POST', path: `${PORTAL}/present/mark` },
    { operationId: 'createInvitationLink', method: 'POST', path: `${PORTAL}/users/invitationlink`, body: {} },
    {
      operationId: 'updateInvitationLink',
      method: 'PUT',
      path: `${PORTAL}/users/invitationlink`,
      body: { id: EMPTY_GUID },
    },
    {
      operationId: 'deleteInvitationLink',
      method: 'DELETE',
      path: `${PORTAL}/users/invitationlink`,
      body: { id: EMPTY_GUID },
    },
    { operationId: 'getInvitationLinkByEmployeeType', method: 'GET', path: `${PORTAL}/users/invitationlink/User` },
    { operationId: 'getSelfProfile', method: 'GET', path: '/api/2.0/people/@self' },
    // without an e-mail it adds nobody
    { operationId: 'addMember', method: 'POST', path: '/api/2.0/people', body: { type: 'User' } },
    { operationId: 'getApiKeys', method: 'GET', path: KEYS },
    { operationId: 'createApiKey', method: 'POST', path: KEYS, body: { name: 'docspace-mock' } },
    { operationId: 'getApiKey', method: 'GET', path: `${KEYS}/@self` },
    { operationId: 'getAllPermissions', method: 'GET', path: `${KEYS}/permissions` },
    { operationId: 'updateApiKey', method: 'PUT', path: `${KEYS}/${EMPTY_GUID}`, body: { name: 'docspace-mock' } },
    { operationId: 'generateJwtToken', method: 'GET', path: '/api/2.0/security/oauth2/token' },
    { operationId: 'deleteApiKey', method: 'DELETE', path: `${KEYS}/${EMPTY_GUID}` },
  ]
}
