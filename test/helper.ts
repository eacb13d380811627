import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Test } from 'tap'
import { createServer, type ServerOptions } from '../src/server.ts'
import { defaultFixture } from '../src/start.ts'
import type { PortalOptions } from '../src/store/portal.ts'
import type { PortalSlot } from '../src/store/portal-slot.ts'
import { openPortal } from '../src/store/portal-slot.ts'

/** The time of the tests' portals, unless a test wants another: it stands still. */
export const NOW = Date.UTC(2026, 5, 30, 10, 0, 0)

/** The people of the shipped fixture. */
export const people = {
  owner: '66faa6e4-f133-11ea-b126-00ffeec8b4ef',
  admin: '75a5f745-f697-4418-b38d-0fe0d277e258',
  roomAdmin: '5b5f9b4e-2a1c-4f0e-9d3a-7c1e2f3a4b5c',
  winfield: 'aae1e103-bca5-9fa1-ba8c-42058b4abf28',
  guest: 'c1a7e0d2-6b8f-4c3d-8e9f-0a1b2c3d4e5f',
  otherGuest: 'd2b8f1e3-7c9a-4d4e-9fa0-1b2c3d4e5f60',
  pending: 'e3c9a2f4-8dab-4e5f-a0b1-2c3d4e5f6071',
  terminated: 'f4dab3a5-9ebc-4f60-b1c2-3d4e5f607182',
  nameless: '05ebc4b6-afcd-4071-82d3-4e5f60718293',
} as const

/** An API key of the shipped fixture: `sk-` and 64 times the digit. */
export function apiKey(digit: string): string {
  return `sk-${digit.repeat(64)}`
}

/** The id of the API key with this hash: its first half, in the form of a version-4 GUID. */
export function apiKeyId(hash: string): string {
  const digits = [...hash.slice(0, 32)]
  digits[12] = '4'
  digits[16] = '89ab'.charAt(hash.charCodeAt(16) % 4)
  return digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** The OAuth2 clients of the shipped fixture. */
export const oauth2Clients = {
  confidential: { clientId: '1c9c5b1e-7f0a-4a3d-9b52-6d1f0e8a2c31', clientSecret: '1'.repeat(36) },
  pkce: { clientId: '2d0e6c2f-801b-4b4e-8c63-7e2a1f9b3d42', clientSecret: '2'.repeat(36) },
} as const

/** Opens a portal in memory, which is closed with the test. */
export function testPortal(t: Test, options: Partial<PortalOptions> = {}): PortalSlot {
  const portal = openPortal({ fixture: defaultFixture, clock: { now: () => NOW }, ...options })
  t.teardown(() => portal.close())
  return portal
}

/** Puts a server in front of a portal, which is closed with the test. */
export async function testServer(
  t: Test,
  options: Partial<ServerOptions> & { portal?: PortalSlot } = {},
): Promise<{ app: FastifyInstance; portal: PortalSlot }> {
  const { portal = testPortal(t), ...rest } = options
  const app = await createServer({ portals: [portal], ...rest })
  t.teardown(() => app.close())
  return { app, portal }
}

/** A request to an operation, as somebody who has an API key. */
export function asKey(digit: string, path: string, method: 'GET' | 'POST' = 'GET'): InjectOptions {
  return { method, url: `/api/2.0/portal/${path}`, headers: { authorization: `Bearer ${apiKey(digit)}` } }
}
