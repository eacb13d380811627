import type { FastifyRequest } from 'fastify'
import { checkConfirmationKey, congratulationsSubject, keyMadeAt } from '../../domain/confirmation-key.ts'
import { CONGRATULATIONS_INTERVAL } from '../../domain/congratulations.ts'
import { EMPTY_GUID } from '../../domain/guid.ts'
import { momentText } from '../../domain/utc-date.ts'
import type { Portal } from '../../store/portal.ts'

/** How many users and portals are tried to find the one whose key it is. */
const TRIED = 20

/** Why there is no value for a parameter of the query. */
export function whyMissing({ headers }: FastifyRequest, name: string): string {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  return hasBody ? `${name} belongs in the query: no body is read here` : `${name} is missing in the query`
}

/** Why a key doesn't hold for a user. */
export function whyNoKeyFor(request: FastifyRequest, userId: string, key: string): string {
  if (userId === EMPTY_GUID) return whyMissing(request, 'Userid')
  const { portal } = request
  const madeAt = keyMadeAt(key)
  const name = portal.store.users.find(userId)?.email ?? userId
  if (madeAt === null) return `the key for ${name} is invalid: it has not the form of milliseconds, a dot and a hash`
  if (isFor(userId, key, portal)) {
    return `the key for ${name} expired at ${momentText(madeAt + CONGRATULATIONS_INTERVAL)}: it holds for an hour`
  }
  return `the key for ${name} is invalid: ${whoseKey(request, userId, key)}`
}

function whoseKey({ portal, server }: FastifyRequest, userId: string, key: string): string {
  const user = portal.store.users.list({}, { limit: TRIED, offset: 0 }).find(({ id }) => isFor(id, key, portal))
  if (user !== undefined) return `it is the key of ${user.email}`
  const other = server.portals
    .list()
    .slice(0, TRIED)
    .find((one) => isFor(userId, key, one))
  if (other !== undefined) return `it is of the portal ${other.alias}`
  return 'it is of another user or portal, was made for something else, or was changed'
}

/** Whether a key was made for a user, however long ago. */
function isFor(userId: string, key: string, portal: Portal): boolean {
  const subject = congratulationsSubject(userId)
  return checkConfirmationKey(key, subject, portal, portal.clock.now(), CONGRATULATIONS_INTERVAL) !== 'invalid'
}
