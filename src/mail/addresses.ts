/** The sender of mails, unless another is given. */
export const DEFAULT_SENDER = 'DocSpace <noreply@example.com>'

/** What the URL of an SMTP server has to look like. */
export const SMTP_URL_FORM =
  'a URL such as smtp://localhost:1025 or smtps://user:password@mail.example.com, the password percent-encoded'

/** Whether a text is the URL of an SMTP server: `smtp:` or `smtps:`, a host, and nothing of a path. */
export function isSmtpUrl(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.hostname === '' || url.hash !== '') return false
  return /^smtps?:$/.test(url.protocol) && /^\/?$/.test(url.pathname) && [url.username, url.password].every(isDecodable)
}

/** Whether mails can come from a text: an address, or a name and an address in angle brackets. */
export function isSender(text: string): boolean {
  const address = /^(?:(?:[^<>"\r\n]* )?<([^<>]*)>|([^<>]*))$/.exec(text)
  return /^[^\s@<>",;:]+@[^\s@<>",;:]+$/.test(address?.[1] ?? address?.[2] ?? '')
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
