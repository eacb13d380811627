import type { ConfirmType } from './confirm-link.ts'
import type { Message } from './message.ts'
import type { PortalSettings } from './settings.ts'

/** How long a key for congratulations holds, in ms, inclusive. */
export const CONGRATULATIONS_INTERVAL = 60 * 60 * 1000

/** The subject of the e-mail, in English. */
export const CONGRATULATIONS_SUBJECT = 'Welcome to ONLYOFFICE DocSpace!'

type Edition = PortalSettings['edition']

const notifications: Record<Edition, string> = {
  opensource: 'opensource_admin_activation_v1',
  enterprise: 'enterprise_admin_activation_v1',
  saas: 'saas_admin_activation_v1',
}

const introductions: Record<Edition, string> = {
  opensource: 'Your portal is open: DocSpace, free software on a server of your own.',
  enterprise: 'Your portal is open: DocSpace Enterprise on a server of your own.',
  saas: 'Your portal is open: DocSpace in the cloud, with nothing to install.',
}

const requests: Record<ConfirmType, { request: string; label: string }> = {
  EmailActivation: { request: 'Please confirm that this is your e-mail address, within seven days.', label: 'Confirm' },
  PasswordChange: { request: 'You may choose another password, within seven days.', label: 'Change password' },
}

/** Whom the e-mail is for, and what it is about. */
export interface Congratulations {
  edition: Edition
  /** First and last name, as far as they are known. */
  name: string
  portalUrl: string
  /** The link by which an address is confirmed, or a password changed; `null` where nothing is to be done. */
  link: { type: ConfirmType; url: string } | null
}

/** DocSpace's name of the notification that congratulates somebody on a new portal. */
export function congratulationsNotification(edition: Edition): string {
  return notifications[edition]
}

/**
 * What the link in the e-mail is for: whoever hasn't confirmed the address does that; all others of a portal in the
 * cloud may choose a password of their own.
 */
export function congratulationsLinkType(edition: Edition, isActive: boolean): ConfirmType | null {
  if (!isActive) return 'EmailActivation'
  return edition === 'saas' ? 'PasswordChange' : null
}

/** The e-mail that congratulates somebody on a new portal: DocSpace's subject and buttons, in words of the mock's own. */
export function congratulationsMessage({ edition, name, portalUrl, link }: Congratulations): Message {
  const greeting = name === '' ? 'Hello,' : `Hello ${name},`
  const paragraphs = [greeting, introductions[edition]]
  if (link === null) return { subject: CONGRATULATIONS_SUBJECT, paragraphs, button: null, portalUrl }
  const { request, label } = requests[link.type]
  return {
    subject: CONGRATULATIONS_SUBJECT,
    paragraphs: [...paragraphs, request],
    button: { label, url: link.url },
    portalUrl,
  }
}
