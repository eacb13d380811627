import type { StoredOAuth2Client } from '../store/oauth2-clients.ts'
import type { Portal } from '../store/portal.ts'
import { type Html, html, page } from './html.ts'
import { knownPeople } from './known-people.ts'

/** What the page is about. */
export interface SignIn {
  portal: Portal
  client: StoredOAuth2Client | undefined
  /** Id of whom the client expects; `null`: nobody in particular. */
  hintedId: string | null
  /** What somebody typed who isn't there, or can't sign in; `null`: nothing. */
  unknown: string | null
}

/** The page on which people say who they are. It asks for no password: everybody here is made up. */
export function signInPage({ portal, client, hintedId, unknown }: SignIn): string {
  const people = knownPeople(portal).filter(({ isActive }) => isActive)
  const ordered = people.toSorted((a, b) => Number(b.id === hintedId) - Number(a.id === hintedId))
  const buttons = ordered.map(
    ({ id, email, role }) =>
      html`<button name="person" value="${id}" class="${id === hintedId ? 'hinted' : ''}"><b>${email}</b> <span class="soft">${role}</span></button>`,
  )
  return page(
    `Sign in to «${portal.alias}»`,
    html`<main>
<p><b>${client?.name ?? 'A client'}</b> wants to act for somebody of this portal. Who are you? A click signs you in.</p>
<form method="post" class="card people">${buttons}</form>
<form method="post" class="card">
<label for="person">Somebody else</label>
<div class="row"><input id="person" name="person" placeholder="e-mail or id" autocomplete="off" required>
<button>Sign in</button></div>
${complaint(unknown)}
</form>
</main>`,
    'narrow',
  )
}

function complaint(unknown: string | null): Html {
  if (unknown === null) return html``
  return html`<p class="bad" role="alert">«${unknown}» is nobody who can sign in here.</p>`
}
