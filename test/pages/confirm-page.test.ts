import t from 'tap'
import {
  CONFIRM_INTERVAL,
  type ConfirmSubject,
  type ConfirmType,
  createConfirmLink,
} from '../../src/domain/confirm-link.ts'
import { createInvitationLink, INVITATION_INTERVAL } from '../../src/domain/invitation-link.ts'
import { NOW, people, testServer } from '../helper.ts'

const HOLDS = 'The key holds.'
const LATE = 'The key has expired: the links of e-mails'
const EXPIRED = 'The key has expired'
const FORGED = 'The key does not hold'
const NOTHING = 'The link names no inviter or no role.'

t.test('what becomes of an invitation link', async (t) => {
  const { app, portal } = await testServer(t)
  const invitation = { employeeType: 4, inviterId: people.owner, alias: portal.alias }
  const link = (of: Partial<typeof invitation> = {}, issuer = {}, now = NOW) => {
    const { tenantId, machineKey } = portal
    return createInvitationLink({ ...invitation, ...of }, { tenantId, machineKey, ...issuer }, '', now)
  }
  const cases: Record<string, [url: string, verdict: string]> = {
    'a new one': [link(), HOLDS],
    'one of seven days ago': [link({}, {}, NOW - INVITATION_INTERVAL), HOLDS],
    'one a millisecond older': [link({}, {}, NOW - INVITATION_INTERVAL - 1), EXPIRED],
    'one from the future': [link({}, {}, NOW + INVITATION_INTERVAL), HOLDS],
    'another role than was meant': [link().replace('emplType=4', 'emplType=3'), FORGED],
    'another inviter': [link().replace(people.owner, people.guest), FORGED],
    'another portal’s': [link({ alias: 'other' }), FORGED],
    'another tenant’s': [link({}, { tenantId: 2 }), FORGED],
    'one of another machine key': [link({}, { machineKey: 'other' }), FORGED],
    'a later one than it says': [link().replace(/key=(\d+)/, (_, ms) => `key=${BigInt(ms) + 1n}`), FORGED],
    'one with a letter more': [link().replace('&uid', 'A&uid'), FORGED],
    'no key': [link().replace(/key=[^&]*/, ''), FORGED],
    'an empty key': [link().replace(/key=[^&]*/, 'key='), FORGED],
    'rubbish for a key': [link().replace(/key=[^&]*/, 'key=%zz%00'.replace('%00', '')), FORGED],
    'no inviter': [link().replace(/&uid=[^&]*/, ''), NOTHING],
    'rubbish for an inviter': [link().replace(/uid=[^&]*/, 'uid=x'), NOTHING],
    'no role': [link().replace(/&emplType=.*/, ''), NOTHING],
    'rubbish for a role': [link().replace(/emplType=.*/, 'emplType=Boss'), NOTHING],
    nothing: ['/confirm/LinkInvite', NOTHING],
    'another spelling': [link().replace('/confirm/LinkInvite', '/Confirm/linkinvite/'), HOLDS],
  }
  for (const [what, [url, verdict]] of Object.entries(cases)) {
    const page = await app.inject(url)
    t.equal(page.statusCode, 200, what)
    t.equal(page.headers['content-type'], 'text/html; charset=utf-8')
    for (const text of [HOLDS, EXPIRED, FORGED, NOTHING])
      t.equal(page.body.includes(text), text === verdict, `${what}: ${text}`)
  }
})

t.test('the role by its name', async (t) => {
  const { app, portal } = await testServer(t)
  const names = { 0: 'All', 1: 'RoomAdmin', 2: 'Guest', 3: 'DocSpaceAdmin', 4: 'User', 5: 'role 5', 7: 'role 7' }
  for (const [employeeType, name] of Object.entries(names)) {
    const invitation = { employeeType: Number(employeeType), inviterId: people.owner, alias: portal.alias }
    const { body } = await app.inject(createInvitationLink(invitation, portal, '', NOW))
    t.match(body.replace(/<\/?b>/g, ''), `joining as ${name}.`)
    t.match(body, HOLDS)
  }
})

t.test('pages of other kinds, and rubbish', async (t) => {
  const { app } = await testServer(t)
  const kinds = ['EmpInvite', 'Activation', '%3Cscript%3Ealert(1)%3C%2Fscript%3E', '%zz', `%22%27`, 'a'.repeat(5000)]
  for (const kind of kinds) {
    const page = await app.inject(`/confirm/${kind}?key=%3Cscript%3Ealert(1)&uid=%3Cscript%3E&emplType=%3Cscript%3E`)
    t.equal(page.statusCode, 200)
    t.notMatch(page.body, /<script>alert/)
  }
  const invited = `/confirm/LinkInvite?key=%3Cscript%3Ealert(1)&uid=${people.owner}&emplType=1`
  t.notMatch((await app.inject(invited)).body, /<script>alert/)
  t.equal((await app.inject('/confirm')).statusCode, 404)
  t.equal((await app.inject('/confirm/a/b')).statusCode, 200)
  t.equal((await app.inject({ method: 'HEAD', url: '/confirm/LinkInvite' })).statusCode, 200)
})

t.test('what becomes of the links of e-mails', async (t) => {
  const { app, portal } = await testServer(t)
  const { auditEvents } = portal.store
  const link = (type: ConfirmType, of: Partial<ConfirmSubject> = {}, userId: string = people.owner, age = 0) => {
    const subject = { type, email: 'owner@example.com', askedAt: type === 'PasswordChange' ? NOW : null, ...of }
    return createConfirmLink(subject, userId, portal, '', NOW - age)
  }
  const activation = link('EmailActivation')
  const change = link('PasswordChange')
  const plain = activation.replace(/encemail=[^&]*/, 'email=owner%40example.com')
  for (const id of [people.owner, people.terminated]) {
    auditEvents.insert('UserSentPasswordChangeInstructions', id, NOW)
  }
  const cases: Record<string, [url: string, verdict: string]> = {
    'an activation': [activation, HOLDS],
    'one that is a week old': [link('EmailActivation', {}, people.owner, CONFIRM_INTERVAL), HOLDS],
    'one a millisecond older': [link('EmailActivation', {}, people.owner, CONFIRM_INTERVAL + 1), LATE],
    'one with the address as it is': [plain, HOLDS],
    'one with another address': [plain.replace('owner%40', 'admin%40'), FORGED],
    'one with an address that nobody can read': [activation.replace(/encemail=[^&]*/, 'encemail=x'), FORGED],
    'one without an address': [activation.replace(/&encemail=[^&]*/, ''), FORGED],
    'one without a person': [activation.replace(/&uid=[^&]*/, ''), FORGED],
    'one for something else': [activation.replace('/EmailActivation', '/PasswordChange'), FORGED],
    'another spelling': [activation.replace('/confirm/EmailActivation', '/Confirm/emailactivation/'), HOLDS],
    'a change of password': [change, HOLDS],
    'one that is too old': [link('PasswordChange', {}, people.owner, CONFIRM_INTERVAL + 1), LATE],
    'one that nobody asked for': [link('PasswordChange', { email: 'admin@example.com' }, people.admin), FORGED],
    'one of another person’s': [change.replace(people.owner, people.admin), FORGED],
    'one of nobody’s': [change.replace(people.owner, '00000000-0000-4000-8000-000000000000'), FORGED],
    'one of somebody terminated': [
      link('PasswordChange', { email: 'terminated@example.com' }, people.terminated),
      FORGED,
    ],
    nothing: ['/confirm/PasswordChange', FORGED],
  }
  for (const [what, [url, verdict]] of Object.entries(cases)) {
    const { statusCode, body } = await app.inject(url)
    t.equal(statusCode, 200, what)
    for (const text of [HOLDS, LATE, FORGED]) t.equal(body.includes(text), text === verdict, `${what}: ${text}`)
  }
  t.match((await app.inject(activation)).body, '<b>owner@example.com</b>')
  const rude = `/confirm/EmailActivation?email=%3Cscript%3Ealert(1)&uid=${people.owner}&key=%3Cscript%3Ealert(1)`
  t.notMatch((await app.inject(rude)).body, /<script>alert/)

  auditEvents.insert('UserSentPasswordChangeInstructions', people.owner, NOW + 1000)
  t.match((await app.inject(change)).body, FORGED, 'a later e-mail has taken its place')
  t.match((await app.inject(activation)).body, HOLDS, 'which is nothing to the others')
})
