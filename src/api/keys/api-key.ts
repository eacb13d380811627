import type { FastifyReply, FastifyRequest } from 'fastify'
import { inWords } from '../../auth/caller.ts'
import { maskedApiKey } from '../../domain/api-key.ts'
import { DomainError } from '../../domain/errors.ts'
import { EMPTY_GUID, parseGuid } from '../../domain/guid.ts'
import { isAdmin } from '../../domain/permissions.ts'
import { PERMISSIONS, type Scope } from '../../domain/scopes.ts'
import type { StoredApiKey } from '../../store/api-keys.ts'
import { apiDateTime } from '../../wire/api-date-time.ts'
import { employee } from '../../wire/employee.ts'
import { callerOf } from '../caller.ts'
import { employeeOf } from '../employee.ts'

/** The .NET class that these operations are methods of. */
export const CONTROLLER = 'ASC.People.Api.ApiKeysController'

/** The id in the path. */
export const keyIdParams = {
  type: 'object',
  required: ['keyId'],
  properties: {
    keyId: {
      type: 'string',
      format: 'uuid',
      description: 'The API key ID.',
      example: '9b74c989-7bac-4f2a-8c1e-3d5f6a7b8c9d',
    },
  },
} as const

/** A path with the id of a key. */
export interface KeyRoute {
  Params: { keyId: string }
}

/** The hook of routes that take only GUIDs: to all else they are unknown paths, whoever asks. */
export function onlyGuids({ params }: FastifyRequest<KeyRoute>, reply: FastifyReply, done: () => void): void {
  if (parseGuid(params.keyId) === null) reply.callNotFound()
  else done()
}

/**
 * The key in the path of a request, for its creator and for admins.
 *
 * @throws DomainError where there is none, or it is somebody else's
 */
export function keyOf(request: FastifyRequest<KeyRoute>): StoredApiKey {
  const caller = callerOf(request)
  const id = parseGuid(request.params.keyId) ?? EMPTY_GUID
  const key = request.portal.store.apiKeys.findById(id)
  if (key === undefined) throw new DomainError('recordNotFound', `no API key has the id ${id}`)
  if (key.userId === caller.id || isAdmin(caller)) return key
  throw new DomainError('accessDenied', `the API key ${id} is another user's, and ${inWords(caller)} is no admin`)
}

/**
 * Checks what a key is to be permitted.
 *
 * @throws DomainError where one of them is no permission
 */
export function requirePermissions(permissions: readonly (string | null)[]): readonly Scope[] {
  const unknown = permissions.find((permission) => permission === null || !PERMISSIONS.includes(permission))
  if (unknown === undefined) return permissions as readonly Scope[]
  throw new DomainError(
    'argument',
    `${unknown} is no permission; see GET keys/permissions`,
    'Permissions are not valid.',
  )
}

/** A key as the API shows it. */
export function apiKeyResponse(key: StoredApiKey, request: FastifyRequest) {
  const creator = request.portal.store.users.find(key.userId)
  return {
    id: key.id,
    name: key.name,
    key: maskedApiKey(key.postfix),
    keyPostfix: key.postfix,
    permissions: key.permissions,
    lastUsed: key.lastUsed === null ? undefined : apiDateTime(key.lastUsed),
    createOn: apiDateTime(key.createdAt),
    createBy: creator && employee(employeeOf(request, creator)),
    expiresAt: key.expiresAt === null ? undefined : apiDateTime(key.expiresAt),
    isActive: key.active,
  }
}
