import type { InjectOptions } from 'fastify'
import { createXSignature } from '../../../src/domain/x-signature.ts'
import type { Portal } from '../../../src/store/portal.ts'
import { people } from '../../helper.ts'

/** Somebody of the shipped fixture, as the identity service is told of them. */
export type Person = 'owner' | 'admin' | 'roomAdmin' | 'winfield' | 'guest'

/** What somebody of the shipped fixture shows to the identity service. */
export function signatureOf(portal: Portal, person: Person, lifetime?: number): string {
  const subject = {
    userId: people[person],
    userName: person,
    email: `${person}@example.com`,
    tenantId: portal.tenantId,
    root: 'http://localhost',
    isAdmin: person === 'owner' || person === 'admin',
    isGuest: person === 'guest',
    isPublic: true,
  }
  return createXSignature(subject, portal.machineKey, portal.clock.now(), lifetime)
}

/** A client that can be made. */
export const made = {
  name: 'Reports',
  description: 'Makes reports.',
  logo: 'data:image/png;base64,iVBORw0KGgo=',
  website_url: 'https://example.com',
  terms_url: 'https://example.com/terms',
  policy_url: 'example.com/policy',
  redirect_uris: ['http://localhost:3000/callback', 'https://example.com/callback?x=1'],
  allowed_origins: ['http://localhost:3000'],
  logout_redirect_uri: 'https://example.com/logout',
  allow_pkce: true,
  scopes: ['accounts:read', 'openid'],
}

/**
 * A request below `/api/2.0`.
 *
 * @param payload the body: text as it is, all else as JSON
 */
export function call(
  portal: Portal,
  person: Person,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  payload?: unknown,
): InjectOptions & { headers: Record<string, string> } {
  const headers = { 'x-signature': signatureOf(portal, person) }
  const request = { method, url: `/api/2.0${path}`, headers }
  if (payload === undefined) return request
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return { ...request, headers: { ...headers, 'content-type': 'application/json' }, payload: body }
}

/** The problem document of the identity service, as text. */
export function problem(status: number, title: string, detail: string, instance: string, errors?: object[]): string {
  const type = 'https://api.onlyoffice.com/docspace/api-backend/get-started/basic-concepts'
  return JSON.stringify({ detail, instance, status, title, type, ...(errors && { errors }) })
}
