import { clientScopes, type Scope } from '../../domain/scopes.ts'
import type { Operation } from '../operation.ts'
import { config, sendJson } from './identity-service.ts'
import { identityResponses, jsonArray } from './responses.ts'
import { SCOPES } from './tags.ts'

/** Groups that have another name than their scopes begin with. */
const groups = new Map([
  ['accounts.self', 'profiles'],
  ['*', 'portal'],
  ['read', 'portal'],
  ['write', 'portal'],
])

const schema = {
  operationId: 'getScopes',
  summary: 'Get available OAuth2 scopes',
  description: 'Returns the scopes that an OAuth2 client can ask for, in alphabetical order, `openid` last.',
  tags: [SCOPES],
  response: { ...identityResponses, 200: jsonArray('Scopes successfully retrieved', 'ScopeResponse') },
} as const

/** `GET scopes`: for everybody, guests included. */
export const getScopes: Operation = (app) => {
  app.get('/scopes', { schema, config }, (request, reply) => {
    const scopes = clientScopes(request.profile.documentedScopes).toSorted(compare)
    return sendJson(reply, scopes.map(scopeResponse))
  })
}

function compare(a: Scope, b: Scope): number {
  if ((a === 'openid') !== (b === 'openid')) return a === 'openid' ? 1 : -1
  return a < b ? -1 : 1
}

function scopeResponse(name: Scope) {
  const [group = '', type = group] = name.split(':')
  return { group: groups.get(group) ?? group, name, type }
}
