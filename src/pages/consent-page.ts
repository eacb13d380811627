import type { Scope } from '../domain/scopes.ts'
import type { User } from '../domain/user.ts'
import type { StoredOAuth2Client } from '../store/oauth2-clients.ts'
import type { Portal } from '../store/portal.ts'
import type { StoredUser } from '../store/users.ts'
import { type Html, html, page } from './html.ts'

/** What the page is about. */
export interface Consent {
  portal: Portal
  client: StoredOAuth2Client | undefined
  person: StoredUser
  scopes: readonly Scope[]
  /** Where somebody else can sign in. */
  otherPerson: string
}

const meanings: Record<string, string> = {
  'accounts:read': 'see the people of the portal',
  'accounts:write': 'change the people of the portal',
  'accounts.self:read': 'see your profile',
  'accounts.self:write': 'change your profile',
  'files:read': 'see your files',
  'files:write': 'change your files',
  'rooms:read': 'see your rooms',
  'rooms:write': 'change your rooms',
  openid: 'know who you are',
  read: 'see what you see',
  write: 'do what you can do',
  '*:read': 'see what you see',
  '*:write': 'do what you can do',
}

/** The page on which somebody lets a client act for them, or doesn't. */
export function consentPage({ portal, client, person, scopes, otherPerson }: Consent): string {
  const { email }: User = JSON.parse(person.info)
  const name = client?.name ?? 'A client'
  return page(
    `Allow «${name}»?`,
    html`<main>
<p>It wants to act for <b>${email}</b> of the portal «${portal.alias}». <a href="${otherPerson}">Somebody else?</a></p>
<form method="post" class="card">
<p>It asks to</p>
<ul>${scopes.map((scope) => html`<li>${meanings[scope] ?? 'have the scope'} <code class="soft">${scope}</code>`)}</ul>
${client === undefined ? '' : aboutClient(client)}
<div class="row"><button name="consent" value="allow" class="main">Allow</button>
<button name="consent" value="deny">Deny</button></div>
</form>
</main>`,
    'narrow',
  )
}

function aboutClient({ description, websiteUrl, termsUrl, policyUrl }: StoredOAuth2Client): Html {
  const links = Object.entries({ Website: websiteUrl, 'Terms of service': termsUrl, 'Privacy policy': policyUrl })
  const shown = links
    .filter(([, url]) => /^https?:/i.test(url))
    .map(([text, url]) => html`<a href="${url}">${text}</a> `)
  return html`<p class="soft">${description}</p>${shown.length > 0 ? html`<nav>${shown}</nav>` : ''}`
}
