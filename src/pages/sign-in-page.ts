import type { StoredOAuth2Client } from '../store/oauth2-clients.ts'
import type { Portal } from '../store/portal.ts'
import { type Html, html, page } from './html.ts'
import { knownPeople } from './known-people.ts'

/** What the page shows. */
export interface SignIn {
  portal: Portal
  client: StoredOAuth2Client | undefined
  /** Id of the user that the client expects, who is listed first; `null`: none. */
  hintedId: string | null
  /** The e-mail or id that was typed and isn't that of an active user; `null`: nothing was typed. */
  unknown: string | null
}

/** The page on which a user of the portal is chosen. It asks for no password: all users are test data. */
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
<p>${client === undefined ? 'An application' : html`The application <b>${client.name}</b>`} asks you to sign in to this portal. Choose the user to sign in as. No password is needed.</p>
<form method="post" class="card people">${buttons}</form>
<form method="post" class="card">
<label for="person">Another user</label>
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
  return html`<p class="bad" role="alert">No active user of this portal has the e-mail or id «${unknown}».</p>`
}
