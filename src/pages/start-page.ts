import type { TLSSocket } from 'node:tls'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { AuthGuard } from '../auth/guard.ts'
import { mintConfirmationKey, mintSessionToken } from '../auth/mint.ts'
import type { Portal } from '../store/portal.ts'
import { asksForJson } from '../wire/accept.ts'
import { requestRoot } from '../wire/root.ts'
import { curlCommand, curlCredential, shellWord } from './curl.ts'
import { copyable, type Html, html, page } from './html.ts'
import { type KnownPerson, knownPeople } from './known-people.ts'
import { pageHeaders, refuseHost, sendPage } from './page-headers.ts'

/** `/`: the people, their credentials and where to go on. To clients that ask for JSON it is an unknown path. */
export const startPage: FastifyPluginAsync<{ guards: readonly AuthGuard[] }> = async (app, { guards }) => {
  const names = guards.map(({ name }) => name)
  await app.register(pageHeaders)
  app.route({
    method: ['GET', 'HEAD'],
    url: '/',
    handler: (request, reply) => {
      if (asksForJson(request.headers.accept)) return reply.callNotFound()
      if (!app.isTrustedHost(request)) return refuseHost(request, reply)
      return sendPage(reply, 200, page(`DocSpace portal «${request.portal.alias}»`, body(request, names)))
    },
  })
}

function body(request: FastifyRequest, guards: readonly string[]): Html {
  const { portal, portalPath, profile } = request
  const people = knownPeople(portal)
  const owner = people.find(({ id }) => id === portal.ownerId)
  return html`
<p class="soft">A stand-in for an ONLYOFFICE DocSpace portal, with ${portal.store.users.count()} active users. A click
copies what looks ${copyable('like this')}.</p>
<nav><a href="${portalPath}/docs">Try it out</a>
<a href="${portalPath}/openapi/asc.web.api/2.0.json">OpenAPI document</a>
<a href="${portalPath}/openapi/asc.web.api/2.0.yaml">as YAML</a> <a href="/health">Health</a></nav>
<div class="card"><dl>
<dt>Address<dd>${copyable(requestRoot(request))}
<dt>Profile<dd>${profile.name}
<dt>Tenant<dd>${portal.tenantId}
<dt>Machine key<dd>${copyable(portal.machineKey)}
</dl></div>
${owner ? firstRequests(owner, request, guards) : ''}
<h2>People</h2>
<div class="cards">
${people.map((person) => card(person, portal, guards))}
</div>`
}

/** The operations as commands to paste. */
function firstRequests(person: KnownPerson, request: FastifyRequest, guards: readonly string[]): Html {
  const { id } = person
  const { portal } = request
  const credential = curlCredential(person, portal, guards)
  if (credential === undefined) return html``
  // the address is the client's own word
  const url = (path: string) => shellWord(`${requestRoot(request)}/api/2.0/portal/${path}`)
  const curl = (...words: string[]) => curlCommand(words, (request.socket as TLSSocket).encrypted === true)
  const key = mintConfirmationKey(portal, id)
  const commands = {
    'How many people': curl(url('userscount'), credential),
    'The owner': curl(url(`users/${id}`), credential),
    'A link to invite a user': curl(url('users/invite/User'), credential),
    'Mark the gift as read': curl('-X POST', url('present/mark'), credential),
    'Send congratulations': curl('-X POST', url(`sendcongratulations?Userid=${id}&Key=${key}`)),
  }
  const rows = Object.entries(commands).map(([what, command]) => html`<dt>${what}<dd>${copyable(command)}`)
  return html`<h2>First requests</h2><div class="card"><dl>${rows}</dl></div>`
}

/** Somebody with the credentials that a guard looks at. */
function card(person: KnownPerson, portal: Portal, guards: readonly string[]): Html {
  const { id, email, role, isActive } = person
  const password = guards.includes('Basic') ? person.password : undefined
  const apiKeys = guards.includes('ApiKeyBearer') ? person.apiKeys : []
  const token = isActive && guards.includes('asc_auth_key') ? mintSessionToken(portal, id) : undefined
  return html`<section class="card"><h3>${role}</h3><dl>
<dt>E-mail<dd>${copyable(email)}
<dt>Id<dd>${copyable(id)}
${password === undefined ? '' : html`<dt>Password<dd>${copyable(password)}`}
${apiKeys.map(({ key, name }) => html`<dt>API key, ${name}<dd>${copyable(key)}`)}
${token === undefined ? '' : html`<dt title="the cookie asc_auth_key, or what Authorization says">Session token<dd>${copyable(token)}`}
<dt title="for sendcongratulations, good for an hour">Congratulations key<dd>${copyable(mintConfirmationKey(portal, id))}
</dl></section>
`
}
