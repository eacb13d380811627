import t from 'tap'
import { NOW, people, testPortal } from '../helper.ts'

t.test('gives the latest event of a person, which is the one that was put on record last', async (t) => {
  const { auditEvents } = testPortal(t).store
  const latest = (userId: string) => auditEvents.latest('UserSentPasswordChangeInstructions', userId)
  t.equal(latest(people.owner), undefined)
  for (const at of [NOW, NOW + 5, NOW + 1]) auditEvents.insert('UserSentPasswordChangeInstructions', people.owner, at)
  auditEvents.insert('UserSentPasswordChangeInstructions', people.guest, NOW + 9)

  t.equal(latest(people.owner), NOW + 1)
  t.equal(latest(people.guest), NOW + 9)
  t.equal(latest(people.admin), undefined)
})
