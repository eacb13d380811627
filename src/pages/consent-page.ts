import type { Scope } from '../domain/scopes.ts'
import type { User } from '../domain/user.ts'
import type { StoredOAuth2Client } from '../store/oauth2-clients.ts'
import type { Portal } from '../store/portal.ts'
import type { StoredUser } from '../store/users.ts'
import { type Html, html, page } from './html.ts'

/** What the page shows. */
export interface Consent {
  portal: Portal
  client: StoredOAuth2Client | undefined
  /** The user who has signed in. */
  person: StoredUser
  scopes: readonly Scope[]
  /** The address at which another user signs in. */
  otherPerson: string
}

/** What a client may do with a scope, in words. */
const meanings: Record<string, string> = {
  'accounts:read': 'read the users and groups of the portal',
  'accounts:write': 'read and change the users and groups of the portal',
  'accounts.self:read': 'read your profile',
  'accounts.self:write': 'read and change your profile',
  'files:read': 'read your files',
  'files:write': 'read and change your files',
  'rooms:read': 'read your rooms',
  'rooms:write': 'read and change your rooms',
  openid: 'know who you are: your id, name and e-mail',
  read: 'read everything that you can read',
  write: 'read and change everything that you can',
  '*:read': 'read everything that you can read',
  '*:write': 'read and change everything that you can',
}

/** The page on which a user allows a client to act for them, or denies it. */
export function consentPage({ portal, client, person, scopes, otherPerson }: Consent): string {
  const { email }: User = JSON.parse(person.info)
  const name = client?.name ?? 'An application'
  return page(
    `Allow «${name}» to use your account?`,
    html`<main>
<p>You are signed in to the portal «${portal.alias}» as <b>${email}</b>. <a href="${otherPerson}">Sign in as another user</a></p>
<form method="post" class="card">
<p>The application asks for permission to</p>
<ul>${scopes.map((scope) => html`<li>${meanings[scope] ?? 'use the scope'} <code class="soft">${scope}</code>`)}</ul>
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
