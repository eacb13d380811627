import type { FastifyRequest } from 'fastify'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { Accepted, AuthGuard } from '../auth/guard.ts'
import type { StoredUser } from '../store/users.ts'
import { askedBy } from './asked.ts'
import { consentUnasked } from './grants.ts'
import { activePerson, namedPerson } from './people.ts'

/** Who is taken for signed in without having come through the page. */
export interface SignInOptions {
  /** Who signs in on this server without a page, by id or e-mail; `undefined`: nobody. */
  everybody: string | undefined
  /** The guard of the portal's own sessions; `undefined`: they don't count. */
  sessions: AuthGuard | undefined
}

type Session = NonNullable<KoaContextWithOIDC['oidc']['session']>

/**
 * Signs somebody in without a page where that is wanted: the person whom the server was told to, or whom the request
 * names while it forbids any page. Neither is asked for consent. Who has signed in to the portal is signed in here too.
 */
export async function signInWithoutPage(
  context: KoaContextWithOIDC,
  { everybody, sessions }: SignInOptions,
): Promise<void> {
  const { params = {}, prompts, session } = context.oidc
  const { request } = askedBy(context)
  const hint = params.login_hint as string | undefined
  const wanted = everybody !== undefined || prompts.has('none') ? (hint ?? everybody) : undefined
  const person = wanted === undefined ? undefined : namedPerson(request.portal, wanted)
  if (session === undefined) return
  if (person !== undefined) {
    // no page at all, whatever the request would like to have shown
    if (!prompts.has('none')) params.prompt = undefined
    params.max_age = undefined
    if (session.accountId !== person.id) become(session, person)
    consentUnasked(context)
  } else if (session.accountId === undefined && sessions !== undefined) {
    const visitor = await visitorOf(request, sessions)
    if (visitor !== undefined) become(session, visitor)
  }
}

async function visitorOf(request: FastifyRequest, sessions: AuthGuard): Promise<StoredUser | undefined> {
  const accepted = [await sessions.authenticate(request)]
    .flat()
    .find((verdict) => verdict !== null && 'user' in verdict)
  return accepted && activePerson(request.portal, (accepted as Accepted).user.id)
}

function become(session: Session, { id }: StoredUser): void {
  // consent is nobody else's
  session.authorizations = {}
  session.loginAccount({ accountId: id })
}
