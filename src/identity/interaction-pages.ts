import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Provider } from 'oidc-provider'
import { canonicalRoot } from '../oauth2/canonical-root.ts'
import { consentPage } from '../pages/consent-page.ts'
import { errorPage } from '../pages/error-page.ts'
import { pageHeaders, refuseHost, sendPage } from '../pages/page-headers.ts'
import { signInPage } from '../pages/sign-in-page.ts'
import { requestRoot, sentOrigin } from '../wire/root.ts'
import { formOf } from './form.ts'
import { createGrant } from './grants.ts'
import { activePerson, namedPerson } from './people.ts'
import type { MountedProvider } from './providers.ts'

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

/** An interaction that a request belongs to. */
interface Visit {
  request: FastifyRequest
  provider: Provider
  issuer: URL
  interaction: Interaction
}

/** The pages on which people sign in and consent: `/oauth2/login` and `/oauth2/consent`. */
export const interactionPages: FastifyPluginAsync<{
  providerOf: (request: FastifyRequest) => Promise<MountedProvider>
}> = async (app, { providerOf }) => {
  await app.register(pageHeaders)
  app.addHook('preHandler', async (request, reply) => {
    if (!app.isTrustedHost(request)) return refuseHost(request, reply)
  })
  const pages: Record<string, Record<'GET' | 'POST', (visit: Visit) => string | Promise<string>>> = {
    login: { GET: showSignIn, POST: signIn },
    consent: { GET: showConsent, POST: consent },
  }
  for (const [prompt, { GET, POST }] of Object.entries(pages)) {
    const route = { url: `/oauth2/${prompt}/:uid`, config: { identityService: true } }
    app.route({
      ...route,
      method: ['GET', 'HEAD'],
      handler: async (request, reply) => {
        const visit = await visitOf(request, reply, prompt)
        return visit === null ? sendGone(request, reply) : sendPage(reply, 200, await GET(visit))
      },
    })
    app.route({
      ...route,
      method: 'POST',
      handler: async (request, reply) => {
        if (!isSameOrigin(request)) return sendForeignForm(request, reply)
        const visit = await visitOf(request, reply, prompt)
        if (visit === null) return sendGone(request, reply)
        const answer = await POST(visit)
        return answer.startsWith('/') ? reply.redirect(answer, 303) : sendPage(reply, 400, answer)
      },
    })
  }

  async function visitOf(request: FastifyRequest, reply: FastifyReply, prompt: string): Promise<Visit | null> {
    const { provider, issuer } = await providerOf(request)
    try {
      const interaction = await provider.interactionDetails(request.raw, reply.raw)
      return interaction.prompt.name === prompt ? { request, provider, issuer, interaction } : null
    } catch {
      // the cookie or what it names is gone
      return null
    }
  }
}

function showSignIn({ request: { portal }, interaction: { params } }: Visit, unknown: string | null = null): string {
  const hint = params.login_hint === undefined ? undefined : namedPerson(portal, String(params.login_hint))
  const client = portal.store.oauth2Clients.find(String(params.client_id))
  return signInPage({ portal, client, hintedId: hint?.id ?? null, unknown })
}

async function signIn(visit: Visit): Promise<string> {
  const { request, provider, interaction } = visit
  const typed = formOf(request).get('person')?.trim() ?? ''
  const person = namedPerson(request.portal, typed)
  if (person === undefined) return showSignIn(visit, typed)
  const { session } = interaction
  if (session?.accountId !== undefined && session.accountId !== person.id) {
    await handSessionOver(provider, session.uid, person.id)
    interaction.session = { ...session, accountId: person.id }
  }
  interaction.result = { login: { accountId: person.id } }
  return resume(interaction)
}

/** Gives somebody else's session to a person, without what the other one has consented to. */
async function handSessionOver(provider: Provider, uid: string | undefined, accountId: string): Promise<void> {
  const session = uid === undefined ? undefined : await provider.Session.findByUid(uid)
  if (session === undefined) return
  Object.assign(session, { accountId, authorizations: {} })
  await session.persist()
}

function showConsent({ request: { portal }, issuer, interaction: { params, session } }: Visit): string {
  const person = activePerson(portal, String(session?.accountId))
  if (person === undefined) return errorPage('access_denied', 'The account is not active.')
  const query = new URLSearchParams(params as Record<string, string>)
  query.set('prompt', 'login')
  query.delete('resource')
  return consentPage({
    portal,
    client: portal.store.oauth2Clients.find(String(params.client_id)),
    person,
    scopes: String(params.scope).split(' '),
    otherPerson: `${issuer.pathname}/authorize?${query}`,
  })
}

async function consent({ request, provider, interaction }: Visit): Promise<string> {
  const { params, session } = interaction
  if (formOf(request).get('consent') !== 'allow') {
    interaction.result = { error: 'access_denied', error_description: 'the person did not consent' }
    return resume(interaction)
  }
  const grant = await createGrant(provider, {
    accountId: String(session?.accountId),
    clientId: String(params.client_id),
    scopes: String(params.scope).split(' '),
    resource: canonicalRoot(requestRoot(request), request.portal),
  })
  interaction.result = { ...interaction.lastSubmission, consent: { grantId: grant.jti } }
  return resume(interaction)
}

/** Where the authorization goes on. Without a host: the browser may know the portal by another than the issuer's. */
async function resume(interaction: Interaction): Promise<string> {
  await interaction.persist()
  return new URL(interaction.returnTo).pathname
}

/**
 * Whether one of the pages sent a form. A query parameter `origin` is ignored, since the form's own URL may have one.
 * Browsers that send neither Sec-Fetch-Site nor Origin don't send cookies to other sites.
 */
function isSameOrigin(request: FastifyRequest): boolean {
  const { origin, 'sec-fetch-site': site = 'none' } = request.headers
  if (site !== 'same-origin' && site !== 'none') return false
  return origin === undefined || [request.publicUrl, sentOrigin(request)].includes(origin)
}

function sendForeignForm(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.refusal = 'The form was sent by a page of another site.'
  return sendPage(reply, 403, errorPage('access_denied', request.refusal))
}

function sendGone(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.refusal = 'This sign-in has ended, or was begun in another browser. Go back to the client and begin anew.'
  return sendPage(reply, 400, errorPage('invalid_request', request.refusal))
}
