import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { mintConfirmationKey, mintSessionToken } from '../auth/mint.ts'
import type { Portal } from '../store/portal.ts'
import { portalRoot } from '../wire/root.ts'
import { type Html, html, page } from './html.ts'
import { type KnownPerson, knownPeople } from './known-people.ts'

/** `/`, for browsers: who is there, what they sign in with, and where to go on. To others it is an unknown path. */
export const startPage: FastifyPluginAsync = async (app) => {
  app.get('/', (request, reply) => {
    if (!request.headers.accept?.includes('text/html')) return reply.callNotFound()
    return reply.type('text/html; charset=utf-8').send(page(`DocSpace portal «${request.portal.alias}»`, body(request)))
  })
}

function body(request: FastifyRequest): Html {
  const { portal } = request
  const root = portalRoot(request)
  return html`
<p>A stand-in for an ONLYOFFICE DocSpace portal at <code>${root}</code>, in the profile <b>${request.profile.name}</b>.
<a href="/docs">Try it out</a> · <a href="/openapi/asc.web.api/2.0.json">OpenAPI document</a> ·
<a href="/health">health</a></p>
<p>${portal.store.users.count()} active users, tenant ${portal.tenantId}, machine key <code>${portal.machineKey}</code>.</p>
<table>
<tr><th>who<th>password<th>API key<th>session token (cookie <code>asc_auth_key</code> or <code>Authorization</code>)
<th>key for <code>sendcongratulations</code>, good for an hour
${knownPeople(portal).map((person) => row(person, portal))}
</table>`
}

function row(person: KnownPerson, portal: Portal): Html {
  const token = person.isActive ? mintSessionToken(portal, person.id) : ''
  return html`<tr><td><b>${person.role}</b><br>${person.email}<br><code>${person.id}</code>
<td><code>${person.password ?? ''}</code>
<td>${person.apiKeys.map(({ key, name }) => html`${name}: <code>${key}</code><br>`)}
<td><code class="wide">${token}</code>
<td><code>${mintConfirmationKey(portal, person.id)}</code>
`
}
