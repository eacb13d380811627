import fc from 'fast-check'
import t from 'tap'
import { EmployeeType } from '../../src/domain/employee-type.ts'
import { isAdmin, type Member, mayEditPortalSettings, mayInvite, mayView } from '../../src/domain/permissions.ts'
import { holds } from '../properties.ts'

const { All, RoomAdmin, Guest, DocSpaceAdmin, User } = EmployeeType

const role = fc.constantFrom(RoomAdmin, Guest, DocSpaceAdmin, User)
const member: fc.Arbitrary<Member> = fc.record({ id: fc.uuid(), type: role, isOwner: fc.boolean() })
const invitedTo = fc.integer({ min: All, max: 7 })
const target = fc.record({ id: fc.uuid(), type: fc.option(role, { nil: undefined }) })

t.test(
  'whatever a room admin may, an admin may; whatever an admin may, the owner may',
  holds(
    fc.property(member, invitedTo, target, fc.boolean(), (somebody, invitedTo, target, invited) => {
      const rights = (member: Member) => [
        mayInvite(member, invitedTo),
        mayEditPortalSettings(member),
        mayView(member, target, () => invited),
      ]
      const lower = rights({ ...somebody, type: RoomAdmin, isOwner: false })
      const middle = rights({ ...somebody, type: DocSpaceAdmin, isOwner: false })
      const upper = rights({ ...somebody, isOwner: true })
      return upper.every(Boolean) && lower.every((may, i) => !may || middle[i])
    }),
  ),
)

t.test(
  'users and guests may look at themselves, and nothing else',
  holds(
    fc.property(member, fc.constantFrom(User, Guest), invitedTo, target, (somebody, type, invitedTo, target) => {
      const member = { ...somebody, type, isOwner: false }
      return (
        mayView(member, { ...target, id: member.id }, () => false) &&
        mayView(member, target, () => true) === (member.id === target.id) &&
        !mayInvite(member, invitedTo) &&
        !mayEditPortalSettings(member)
      )
    }),
  ),
)

t.test(
  'only the owner makes DocSpace admins',
  holds(fc.property(member, (member) => mayInvite(member, DocSpaceAdmin) === member.isOwner)),
)

t.test(
  'who invited whom matters to room admins who look at guests, and to nobody else',
  holds(
    fc.property(member, target, (member, target) => {
      fc.pre(member.id !== target.id)
      const matters = mayView(member, target, () => true) !== mayView(member, target, () => false)
      return matters === (!isAdmin(member) && member.type === RoomAdmin && target.type === Guest)
    }),
  ),
)
