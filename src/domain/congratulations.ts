import type { PortalSettings } from './settings.ts'

/** How long a key for congratulations holds, in ms, inclusive. */
export const CONGRATULATIONS_INTERVAL = 60 * 60 * 1000

/** The subject of the e-mail, in English. */
export const CONGRATULATIONS_SUBJECT = 'Welcome to ONLYOFFICE DocSpace!'

const notifications: Record<PortalSettings['edition'], string> = {
  opensource: 'opensource_admin_activation_v1',
  enterprise: 'enterprise_admin_activation_v1',
  saas: 'saas_admin_activation_v1',
}

/** DocSpace's name of the notification that congratulates somebody on a new portal. */
export function congratulationsNotification(edition: PortalSettings['edition']): string {
  return notifications[edition]
}
