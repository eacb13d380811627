import t from 'tap'
import { defaultSettings } from '../../src/domain/settings.ts'

t.test('a new portal is open, paid for and unrestricted (facts §1.2, §1.3, §1.4, §5.1)', async (t) => {
  t.strictSame(defaultSettings, {
    tenantStatus: 'active',
    paid: true,
    allowInvitingMembers: true,
    allowInvitingGuests: true,
    culture: 'en-US',
    ipRestrictions: { enabled: false, addresses: [] },
    ldap: true,
    edition: 'opensource',
    mappedDomain: null,
  })
})
