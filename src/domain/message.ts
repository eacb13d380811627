import { Html, html } from './html.ts'

/** What an e-mail says. Its text and its HTML are laid out from it. */
export interface Message {
  subject: string
  paragraphs: readonly string[]
  /** What it asks its reader to do, and the link that does it. */
  button: { label: string; url: string } | null
  /** The address of the portal that it comes from, without a slash at the end; empty where that isn't known. */
  portalUrl: string
}

/** The links of an e-mail, in the order in which they stand there. */
export function messageLinks({ button, portalUrl }: Message): string[] {
  return [button?.url ?? '', portalUrl].filter((url) => url !== '')
}

/** An e-mail as plain text, for readers without HTML. */
export function messageText({ paragraphs, button, portalUrl }: Message): string {
  const parts = [...paragraphs]
  if (button !== null) parts.push(`${button.label}: ${button.url}`)
  if (portalUrl !== '') parts.push(`-- \nDocSpace, ${portalUrl}`)
  return parts.map((part) => `${part}\n`).join('\n')
}

/** An e-mail as a page of HTML. Mail programs drop style sheets, so that styles stand where they are used. */
export function messageHtml({ subject, paragraphs, button, portalUrl }: Message): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${subject}</title>
</head>
<body style="margin: 0; padding: 24px; background: #f6f7f9; color: #1c2126; font: 15px/1.5 Arial, sans-serif">
<div style="max-width: 560px; margin: 0 auto; padding: 8px 24px; background: #fff; border: 1px solid #dfe3e8">
${paragraphs.map(
  (text) => html`<p>${text}</p>
`,
)}${buttonHtml(button)}${footerHtml(portalUrl)}</div>
</body>
</html>
`.text
}

function buttonHtml(button: Message['button']): Html {
  if (button === null) return new Html('')
  const style = 'display: inline-block; padding: 10px 20px; background: #1a56c4; color: #fff; text-decoration: none'
  return html`<p><a href="${button.url}" style="${style}">${button.label}</a></p>
`
}

function footerHtml(portalUrl: string): Html {
  if (portalUrl === '') return new Html('')
  return html`<p style="color: #5b6570">DocSpace, <a href="${portalUrl}">${portalUrl}</a></p>
`
}
