import t from 'tap'
import {
  checkInvitationKey,
  createInvitationLink,
  INVITATION_INTERVAL,
  type Invitation,
} from '../../src/domain/invitation-link.ts'

const OWNER = '66faa6e4-f133-11ea-b126-00ffeec8b4ef'
const issuer = { tenantId: 1, machineKey: '1123askdasjklasbnd' }
const MADE_AT = Date.UTC(2010, 0, 1) + 500_000_000_000
const KEY = '500000000000.8GOIVG2AOC2RZ2JDMIW24102YTZBGIP5CQ5BVRHK'
const invitation: Invitation = { employeeType: 4, inviterId: OWNER, alias: 'localhost' }

t.test('makes the long link (facts §5.1)', async (t) => {
  t.equal(
    createInvitationLink(invitation, issuer, 'http://localhost:8092', MADE_AT),
    `http://localhost:8092/confirm/LinkInvite?type=LinkInvite&key=${KEY}&uid=${OWNER}&emplType=4`,
  )
  t.match(
    createInvitationLink({ ...invitation, employeeType: 7 }, issuer, 'https://docs.example.com', MADE_AT),
    /^https:\/\/docs\.example\.com\/confirm\/LinkInvite\?type=LinkInvite&key=[0-9]+\.[0-9A-Z]+&uid=.{36}&emplType=7$/,
  )
})

t.test('a key holds for seven days, for exactly this invitation', async (t) => {
  const WEEK = 7 * 24 * 60 * 60 * 1000

  t.equal(INVITATION_INTERVAL, WEEK)
  t.equal(checkInvitationKey(KEY, invitation, issuer, MADE_AT), 'ok')
  t.equal(checkInvitationKey(KEY, invitation, issuer, MADE_AT + WEEK), 'ok')
  t.equal(checkInvitationKey(KEY, invitation, issuer, MADE_AT + WEEK + 1), 'expired')
  t.equal(checkInvitationKey(KEY, { ...invitation, employeeType: 1 }, issuer, MADE_AT), 'invalid')
  t.equal(checkInvitationKey(KEY, { ...invitation, alias: 'other' }, issuer, MADE_AT), 'invalid')
  t.equal(checkInvitationKey(KEY, { ...invitation, inviterId: OWNER.replace('6', '7') }, issuer, MADE_AT), 'invalid')
  t.equal(checkInvitationKey(KEY, invitation, { ...issuer, machineKey: 'other' }, MADE_AT), 'invalid')
})
