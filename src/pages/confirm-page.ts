import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { checkConfirmLink } from '../auth/confirm-link.ts'
import { checkInvitation, type InvitationVerdict } from '../auth/invitation.ts'
import type { ConfirmType } from '../domain/confirm-link.ts'
import type { KeyValidity } from '../domain/confirmation-key.ts'
import { EmployeeType, parseEmployeeType } from '../domain/employee-type.ts'
import { parseGuid } from '../domain/guid.ts'
import { queryOf } from '../wire/query.ts'
import { copyable, type Html, html, page } from './html.ts'
import { pageHeaders, sendPage } from './page-headers.ts'

const verdicts: Record<InvitationVerdict, string> = {
  ok: 'The key holds.',
  expired: 'The key has expired: invitations hold for seven days, unless they say otherwise.',
  usedUp: 'The key no longer holds: as many have joined by it as may.',
  invalid: 'The key does not hold: it was made for something else, by another portal, or has been changed.',
}

const linkVerdicts: Record<KeyValidity, string> = {
  ok: 'The key holds.',
  expired: 'The key has expired: the links of e-mails hold for seven days.',
  invalid:
    'The key does not hold: it was made for something else, by another portal, has been changed, or a later e-mail ' +
    'has taken its place.',
}

/** What the portal's page offers the recipient of an e-mail. */
const purposes: Record<ConfirmType, string> = {
  EmailActivation: 'The portal would take this address for confirmed here:',
  PasswordChange: 'The portal would show the form for another password here, for:',
}

const confirmTypes = Object.keys(purposes) as ConfirmType[]

/** `/confirm/…`, where short links lead: says what the portal would show there and whether the link's key holds. */
export const confirmPage: FastifyPluginAsync = async (app) => {
  await app.register(pageHeaders)
  app.route<{ Params: { '*': string } }>({
    method: ['GET', 'HEAD'],
    url: '/confirm/*',
    handler: (request, reply) => {
      const body = describeLink(request, request.params['*'])
      return sendPage(reply, 200, page(`DocSpace portal «${request.portal.alias}»`, body))
    },
  })
}

function describeLink(request: FastifyRequest, type: string): Html {
  const name = type.toLowerCase()
  if (name === 'linkinvite') return describeInvitation(request)
  const confirmType = confirmTypes.find((known) => known.toLowerCase() === name)
  if (confirmType !== undefined) return describeConfirmation(request, confirmType)
  return html`<div class="card"><p>The portal would show its page «${type}» here.</p></div>`
}

function describeConfirmation(request: FastifyRequest, type: ConfirmType): Html {
  const query = queryOf(request)
  const { validity, email } = checkConfirmLink(type, query, request.portal)
  return html`
<div class="card">
<p>${purposes[type]} <b>${email}</b></p>
<p class="${validity === 'ok' ? 'good' : 'bad'}">${linkVerdicts[validity]}</p>
<br>
<dl>
<dt>User<dd>${copyable(query.first('uid') ?? '')}
<dt>Key<dd>${copyable(query.first('key') ?? '')}
</dl>
</div>`
}

function describeInvitation(request: FastifyRequest): Html {
  const { portal } = request
  const query = queryOf(request)
  const reading = parseEmployeeType(query.first('emplType') ?? '')
  const inviterId = parseGuid(query.first('uid') ?? '')
  const key = query.first('key') ?? ''
  if (inviterId === null || !('value' in reading)) {
    return html`<div class="card"><p class="bad">The link names no inviter or no role.</p></div>`
  }
  const invitation = { employeeType: reading.value, inviterId, alias: portal.alias }
  const { verdict } = checkInvitation(key, invitation, portal)
  return html`
<div class="card">
<p>The portal would show the form for joining as <b>${roleName(reading.value)}</b>.</p>
<p class="${verdict === 'ok' ? 'good' : 'bad'}">${verdicts[verdict]}</p>
<br>
<dl>
<dt>Inviter<dd>${copyable(inviterId)}
<dt>Key<dd>${copyable(key)}
</dl>
</div>`
}

function roleName(type: number): string {
  return Object.entries(EmployeeType).find(([, value]) => value === type)?.[0] ?? `role ${type}`
}
