import type { RateLimits } from './rate-limit.ts'

/** Portals that are suspended or about to be removed answer 404; those being moved, restored or encrypted 403. */
export type TenantStatus = 'active' | 'suspended' | 'removePending' | 'transfering' | 'restoring' | 'encryption'

/** What a portal's operator has set. */
export interface PortalSettings {
  tenantStatus: TenantStatus
  /** An unpaid portal answers 402. */
  paid: boolean
  /** Whether members may be invited by a link. */
  allowInvitingMembers: boolean
  /** Whether guests may be invited by a link. */
  allowInvitingGuests: boolean
  /** Language of the texts for people who haven't chosen one: `en`, `de`, `fr`, or with a region. */
  culture: string
  /** Addresses or networks (`203.0.113.0/24`) that everybody but the owner has to come from, once `enabled`. */
  ipRestrictions: { enabled: boolean; addresses: string[] }
  /** Whether the portal's plan includes LDAP. Without it the sessions of LDAP people don't hold. */
  ldap: boolean
  /** Decides which congratulations are sent. */
  edition: 'opensource' | 'enterprise' | 'saas'
  /** A domain of the portal's own, put in the place of `localhost` in the links it makes. */
  mappedDomain: string | null
  /**
   * Limits that callers are held to: DocSpace's own numbers where they are left out. `null`: nobody is turned away.
   * Absent: those of the server.
   */
  rateLimits?: Partial<RateLimits> | null
}

/** A portal on which nothing has been set. */
export const defaultSettings: PortalSettings = {
  tenantStatus: 'active',
  paid: true,
  allowInvitingMembers: true,
  allowInvitingGuests: true,
  culture: 'en-US',
  ipRestrictions: { enabled: false, addresses: [] },
  ldap: true,
  edition: 'opensource',
  mappedDomain: null,
}
