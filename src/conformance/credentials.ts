import { createHmac } from 'node:crypto'
import { congratulationsSubject, createConfirmationKey } from '../domain/confirmation-key.ts'
import { EMPTY_GUID, undashed } from '../domain/guid.ts'
import { createSessionToken, type SessionToken } from '../domain/session-token.ts'
import { createXSignature } from '../domain/x-signature.ts'
import type { AccessTokenRequest } from './provider-states.ts'
import { basePath, type KnownPerson, type Subject } from './subject.ts'

const MINUTE = 60_000
const YEAR = 365 * 24 * 60 * MINUTE

/**
 * What cases name in double braces and is no secret: ids and e-mails, the portal's root, the address that it is asked
 * under, the path below which it is, and the e-mail of nobody, another each time, since a portal remembers who failed to sign in.
 *
 * @param now ms since 1970
 */
export function publicValues({ people, root, url }: Subject, now: number): Record<string, string> {
  const ids = Object.entries(people).flatMap(([person, { id }]) =>
    id === undefined
      ? []
      : [
          [`id.${person}`, id],
          [`id.${person}.upper`, id.toUpperCase()],
          [`id.${person}.undashed`, undashed(id).toUpperCase()],
        ],
  )
  const emails = Object.entries(people).flatMap(([person, { email }]) => (email ? [[`email.${person}`, email]] : []))
  const nobody = `nobody-${now.toString(36)}@example.com`
  return { root, address: url.origin, path: basePath(url), nobody, ...Object.fromEntries([...ids, ...emails]) }
}

/**
 * Credentials that cases name in double braces, as far as they can be had from what is known.
 *
 * @param now ms since 1970: what tokens and keys are dated by
 */
export function credentials(subject: Subject, now: number): Record<string, string> {
  const { people } = subject
  const entries = Object.entries(people).map(([person, known]) => ofPerson(person, known, subject, now))
  return {
    ...Object.assign({}, ...entries),
    'key.unknown': `sk-${'7'.repeat(64)}`,
    ...(people.owner?.id !== undefined && ofOwner(people.owner.id, subject, now)),
    'signature.forged': xSignature(subject),
  }
}

/** Access tokens that cases name, which only the portal itself can sign. */
export const accessTokens: Readonly<Record<string, AccessTokenRequest>> = {
  'jwt.allRead': { scopes: ['*:read'] },
  'jwt.accounts': { scopes: ['accounts:read', 'files:read', 'openid'] },
  'jwt.read': { scopes: ['read'] },
  'jwt.write': { scopes: ['write'] },
  'jwt.text': { scopes: [], claims: { scope: 'accounts:read read' } },
  'jwt.rsa': { scopes: ['*:read'], algorithm: 'RS256' },
  'jwt.expired': { scopes: ['*:read'], expiresIn: -121 },
  'jwt.noSubject': { scopes: ['*:read'], claims: { sub: null } },
}

function ofPerson(person: string, known: KnownPerson, subject: Subject, now: number): Record<string, string> {
  const { id, email, password, apiKey, otherKeys = {} } = known
  const token = known.sessionToken ?? (id === undefined ? undefined : sessionToken(id, subject, now + YEAR))
  const confirm = id === undefined ? undefined : confirmationKey(id, subject, now)
  return {
    ...(token && { [`token.${person}`]: token, [`token.${person}.encoded`]: encodeURIComponent(token) }),
    ...(confirm && { [`confirm.${person}`]: confirm }),
    ...(apiKey && { [`key.${person}`]: apiKey }),
    ...Object.fromEntries(Object.entries(otherKeys).map(([kind, key]) => [`key.${person}.${kind}`, key])),
    ...(password && { [`password.${person}`]: password }),
    ...(email && password && basicLogins(person, email, password)),
  }
}

function basicLogins(person: string, email: string, password: string): Record<string, string> {
  return {
    [`basic.${person}`]: base64(`${email}:${password}`),
    [`basic.${person}.upper`]: base64(`${email.toUpperCase()}:${password}`),
    [`basic.${person}.wrong`]: base64(`${email}:not the password`),
  }
}

/** What is made in the owner's name and must not hold, or only just does. */
function ofOwner(id: string, subject: Subject, now: number): Record<string, string> {
  const { issuer } = subject
  if (issuer === undefined) return {}
  const elsewhere = { ...subject, issuer: { ...issuer, tenantId: issuer.tenantId + 1 } }
  const made = {
    'token.expired': sessionToken(id, subject, now - MINUTE),
    'token.otherTenant': sessionToken(id, elsewhere, now + YEAR),
    'confirm.owner.60min': confirmationKey(id, subject, now - 60 * MINUTE + MINUTE / 2),
    'confirm.owner.61min': confirmationKey(id, subject, now - 61 * MINUTE),
    'confirm.owner.future': confirmationKey(id, subject, now + 24 * 60 * MINUTE),
    'confirm.otherPortal': confirmationKey(id, elsewhere, now),
    'confirm.nobody': confirmationKey(EMPTY_GUID, subject, now),
    'signature.expired': expiredSignature(id, subject, now),
  }
  return Object.fromEntries(Object.entries(made).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function sessionToken(userId: string, { issuer }: Subject, expires: number): string | undefined {
  if (issuer === undefined) return undefined
  const token: SessionToken = {
    tenantId: issuer.tenantId,
    userId,
    tenantIndex: 0,
    expires,
    userIndex: 0,
    loginEventId: 0,
  }
  return createSessionToken(token, issuer.machineKey)
}

function confirmationKey(userId: string, { issuer }: Subject, now: number): string | undefined {
  return issuer && createConfirmationKey(congratulationsSubject(userId), issuer, now)
}

/** What the identity service would take, had its time not passed. */
function expiredSignature(userId: string, { issuer, people, root }: Subject, now: number): string | undefined {
  if (issuer === undefined) return undefined
  const { email = 'owner@example.com' } = people.owner ?? {}
  const of = { userId, userName: 'owner', email, tenantId: issuer.tenantId, root }
  return createXSignature(
    { ...of, isAdmin: true, isGuest: false, isPublic: true },
    issuer.machineKey,
    now,
    -MINUTE / 1000,
  )
}

/** The token of the header x-signature, signed with another key: it looks like an access token, and is neither. */
function xSignature({ people, root }: Subject): string {
  const id = people.owner?.id ?? EMPTY_GUID
  const claims = { sub: id, user_id: id, iss: root, aud: root, exp: 4_102_444_800 }
  const signed = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => base64url(JSON.stringify(part))).join('.')
  return `${signed}.${createHmac('sha256', 'a machine key of 256 bytes').update(signed).digest('base64url')}`
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}
