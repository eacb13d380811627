import { createHmac } from 'node:crypto'
import type { Portal } from '../../store/portal.ts'
import type { KnownUser } from '../../store/users.ts'

/** Whose credentials are made, and where. */
export interface Subject {
  portal: Portal
  person: KnownUser
  /** What the portal's own links begin with, as the client sees it. */
  root: string
}

/** What can be the matter with a credential. */
export const KINDS = [
  'valid',
  'readOnly',
  'weakScope',
  'expired',
  'notYetValid',
  'revoked',
  'wrongPassword',
  'wrongSignature',
  'wrongAudience',
  'otherPortal',
  'malformed',
  'disabledUser',
] as const

/** One of those. */
export type Kind = (typeof KINDS)[number]

/** Makes what somebody proves themselves with, always the same; `null`: it can't be made. */
export type Recipe = (subject: Subject) => string | null | Promise<string | null>

/** How credentials of a scheme are made. Those of people whose account doesn't work are made as valid ones are. */
export type Recipes = Partial<Record<Exclude<Kind, 'disabledUser'>, Recipe>>

/** In ms. */
export const HOUR = 60 * 60 * 1000
export const DAY = 24 * HOUR

/** When the day began that the portal's clock shows, in ms since 1970: what is dated by it is the same all day. */
export function today({ clock }: Portal): number {
  return Math.floor(clock.now() / DAY) * DAY
}

/** Hexadecimal digits, 64 of them, that nobody can guess who hasn't the machine key, and that are always the same. */
export function digits({ portal: { machineKey, tenantId }, person: { id } }: Subject, ...purpose: string[]): string {
  return createHmac('sha256', machineKey)
    .update([tenantId, id, ...purpose].join())
    .digest('hex')
}
