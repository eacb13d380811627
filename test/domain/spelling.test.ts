import t from 'tap'
import { didYouMean, nearestTo } from '../../src/domain/spelling.ts'

const known = ['owner', 'RoomAdmin', 'getPortalUsersCount', 'flaky-10-percent']

const slips: [text: string, meant: string | undefined][] = [
  ['onwer', 'owner'],
  ['OWNER', 'owner'],
  ['roomadmins', 'RoomAdmin'],
  ['getPortalUserCount', 'getPortalUsersCount'],
  ['getUsersCount', 'getPortalUsersCount'],
  ['flaky', undefined],
  ['x', undefined],
  ['', undefined],
  ['oxxxr', undefined],
  ['nobody at all', undefined],
  [`owner${' '.repeat(200)}`, undefined],
]

for (const [text, meant] of slips) {
  t.equal(nearestTo(text, known, String), meant, text.slice(0, 30))
  t.equal(didYouMean(text, known), meant === undefined ? '' : `; did you mean ${meant}?`)
}

t.equal(nearestTo('x', [], String), undefined)
