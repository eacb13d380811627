import { createHmac } from 'node:crypto'
import { mintSessionToken } from '../../src/auth/mint.ts'
import { congratulationsSubject, createConfirmationKey } from '../../src/domain/confirmation-key.ts'
import { EMPTY_GUID } from '../../src/domain/guid.ts'
import { createSessionToken, type SessionToken } from '../../src/domain/session-token.ts'
import { mintAccessToken } from '../../src/oauth2/access-token.ts'
import type { Portal } from '../../src/store/portal.ts'
import { apiKey, people } from '../helper.ts'

const MINUTE = 60_000

/**
 * Everything that a case can name in double braces.
 *
 * @param root the portal's address as the cases' requests see it
 */
export async function createCredentials(portal: Portal, root: string): Promise<ReadonlyMap<string, string>> {
  return new Map(
    Object.entries({
      ...prefixed('id', people),
      ...prefixed('token', sessionTokens(portal)),
      ...prefixed('basic', basicLogins()),
      ...prefixed('key', Object.fromEntries([...'1234579abcd'].map((digit) => [digit, apiKey(digit)]))),
      ...prefixed('confirm', confirmationKeys(portal)),
      ...prefixed('jwt', await accessTokens(portal, root)),
    }),
  )
}

function sessionTokens(portal: Portal): Record<string, string> {
  const everybody = Object.entries(people).map(([name, id]) => [name, mintSessionToken(portal, id)])
  const otherTenant: SessionToken = {
    tenantId: 2,
    userId: people.owner,
    tenantIndex: 0,
    expires: null,
    userIndex: 0,
    loginEventId: 0,
  }
  return {
    ...Object.fromEntries(everybody),
    'owner.encoded': encodeURIComponent(mintSessionToken(portal, people.owner)),
    expired: mintSessionToken(portal, people.owner, { expiresIn: -1 }),
    otherTenant: createSessionToken(otherTenant, portal.machineKey),
  }
}

function basicLogins(): Record<string, string> {
  return {
    owner: base64('owner@example.com:owner-password'),
    'owner.upper': base64('OWNER@example.com:owner-password'),
    wrong: base64('owner@example.com:nope'),
    terminated: base64('terminated@example.com:terminated-password'),
  }
}

function confirmationKeys(portal: Portal): Record<string, string> {
  const now = portal.clock.now()
  const key = (userId: string, at: number, tenantId = portal.tenantId) =>
    createConfirmationKey(congratulationsSubject(userId), { tenantId, machineKey: portal.machineKey }, at)
  return {
    owner: key(people.owner, now),
    'owner.60min': key(people.owner, now - 60 * MINUTE),
    'owner.61min': key(people.owner, now - 61 * MINUTE),
    'owner.future': key(people.owner, now + 24 * 60 * MINUTE),
    otherPortal: key(people.owner, now, 2),
    terminated: key(people.terminated, now),
    nobody: key(EMPTY_GUID, now),
  }
}

async function accessTokens(portal: Portal, root: string): Promise<Record<string, string>> {
  const mint = (scopes: string[], more: { expiresIn?: number; claims?: object; algorithm?: 'RS256' } = {}) =>
    mintAccessToken(portal, { userId: people.owner, root, scopes, ...more, claims: { ...more.claims } })
  const allRead = await mint(['*:read'])
  return {
    allRead,
    accounts: await mint(['accounts:read', 'files:read', 'openid']),
    read: await mint(['read']),
    write: await mint(['write']),
    text: await mint([], { claims: { scope: 'accounts:read read' } }),
    rsa: await mint(['*:read'], { algorithm: 'RS256' }),
    expired: await mint(['*:read'], { expiresIn: -121 }),
    noSubject: await mint(['*:read'], { claims: { sub: undefined } }),
    forged: `${allRead.slice(0, -8)}AAAAAAAA`,
    signature: hs256({ sub: people.owner, user_id: people.owner, iss: root, aud: root, exp: 4_102_444_800 }),
  }
}

function hs256(claims: object): string {
  const signed = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => base64url(JSON.stringify(part))).join('.')
  return `${signed}.${createHmac('sha256', 'a machine key of 256 bytes').update(signed).digest('base64url')}`
}

function prefixed(prefix: string, values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]))
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}
