import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { mintConfirmationKey, mintSessionToken } from '../auth/mint.ts'
import type { Portal } from '../store/portal.ts'
import { portalRoot } from '../wire/root.ts'
import { copyable, type Html, html, page } from './html.ts'
import { type KnownPerson, knownPeople } from './known-people.ts'

/** `/`, for browsers: who is there, what they sign in with, and where to go on. To others it is an unknown path. */
export const startPage: FastifyPluginAsync = async (app) => {
  app.get('/', (request, reply) => {
    if (!request.headers.accept?.includes('text/html')) return reply.callNotFound()
    return reply.type('text/html; charset=utf-8').send(page(`DocSpace portal «${request.portal.alias}»`, body(request)))
  })
}

function body(request: FastifyRequest): Html {
  const { portal, profile } = request
  const people = knownPeople(portal)
  const owner = people.find(({ id }) => id === portal.ownerId)
  return html`
<p class="soft">A stand-in for an ONLYOFFICE DocSpace portal, with ${portal.store.users.count()} active users. A click
copies what looks ${copyable('like this')}.</p>
<nav><a href="/docs">Try it out</a> <a href="/openapi/asc.web.api/2.0.json">OpenAPI document</a>
<a href="/openapi/asc.web.api/2.0.yaml">as YAML</a> <a href="/health">Health</a></nav>
<div class="card"><dl>
<dt>Address<dd>${copyable(portalRoot(request))}
<dt>Profile<dd>${profile.name}
<dt>Tenant<dd>${portal.tenantId}
<dt>Machine key<dd>${copyable(portal.machineKey)}
</dl></div>
${owner ? firstRequests(owner, portal, portalRoot(request)) : ''}
<h2>People</h2>
<div class="cards">
${people.map((person) => card(person, portal))}
</div>`
}

/** The operations as commands to paste, as somebody whose API key or password is known. */
function firstRequests({ id, email, password, apiKeys: [apiKey] }: KnownPerson, portal: Portal, root: string): Html {
  if (apiKey === undefined && password === undefined) return html``
  const credential = apiKey ? `-H 'Authorization: Bearer ${apiKey.key}'` : `-u '${email}:${password}'`
  const api = `${root}/api/2.0/portal`
  const key = mintConfirmationKey(portal, id)
  const commands = {
    'How many people': `curl ${api}/userscount ${credential}`,
    'The owner': `curl ${api}/users/${id} ${credential}`,
    'A link to invite a user': `curl ${api}/users/invite/User ${credential}`,
    'Mark the gift as read': `curl -X POST ${api}/present/mark ${credential}`,
    'Send congratulations': `curl -X POST '${api}/sendcongratulations?Userid=${id}&Key=${key}'`,
  }
  const rows = Object.entries(commands).map(([what, command]) => html`<dt>${what}<dd>${copyable(command)}`)
  return html`<h2>First requests</h2><div class="card"><dl>${rows}</dl></div>`
}

function card(person: KnownPerson, portal: Portal): Html {
  const { id, email, role, isActive, password, apiKeys } = person
  return html`<section class="card"><h3>${role}</h3><dl>
<dt>E-mail<dd>${copyable(email)}
<dt>Id<dd>${copyable(id)}
${password === undefined ? '' : html`<dt>Password<dd>${copyable(password)}`}
${apiKeys.map(({ key, name }) => html`<dt>API key, ${name}<dd>${copyable(key)}`)}
${isActive ? html`<dt title="the cookie asc_auth_key, or what Authorization says">Session token<dd>${copyable(mintSessionToken(portal, id))}` : ''}
<dt title="for sendcongratulations, good for an hour">Congratulations key<dd>${copyable(mintConfirmationKey(portal, id))}
</dl></section>
`
}
