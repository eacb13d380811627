import { EmployeeType } from '../domain/employee-type.ts'
import { EmployeeStatus, type User } from '../domain/user.ts'
import type { FixturePerson } from '../store/fixture.ts'
import { generatedUser, generatedUserId, lastGenerated } from '../store/generate-users.ts'
import type { Portal } from '../store/portal.ts'
import { MockRefusal } from '../wire/refusals.ts'

/** How many people may be made up at once: nobody else is answered meanwhile, for a second or two. */
export const MOST_PEOPLE = 100_000

/**
 * Makes up active people: `user1@example.com` and so on, those that are there already left out.
 *
 * @param count at least 1, at most {@link MOST_PEOPLE}
 * @returns the first and the last of them
 */
export function makeUpPeople(portal: Portal, count: number, type: FixturePerson['type']): { first: User; last: User } {
  const { ownerId, store } = portal
  return store.transaction(() => {
    let first: User | undefined
    let last: User | undefined
    for (let n = lastGenerated(store) + 1, made = 0; made < count; n++) {
      const user = generatedUser(n, ownerId, EmployeeType[type])
      if (store.users.isTaken(user)) continue
      store.users.insert(user)
      first ??= user
      last = user
      made += 1
    }
    return { first, last } as { first: User; last: User }
  })
}

/**
 * Makes people up or terminates some, never the owner, until `userscount` is a number.
 *
 * @returns the number
 * @throws MockRefusal where that would be too few, or take too long
 */
export function setUsersCount(portal: Portal, wanted: number): number {
  const { users } = portal.store
  if (wanted < 1) throw new MockRefusal(400, 'a portal has at least one user: its owner')
  if (Math.abs(users.count() - wanted) > MOST_PEOPLE) {
    throw new MockRefusal(400, `the portal has ${users.count()} users, and at most ${MOST_PEOPLE} can be more or fewer`)
  }
  return portal.store.transaction(() => {
    const surplus = Math.max(0, users.count() - wanted)
    // one more, since the owner stays
    const others = users.latest(surplus + 1).filter(({ id }) => id !== portal.ownerId)
    for (const { type, info } of others.slice(0, surplus)) {
      users.put({ ...(JSON.parse(info) as User), type, status: EmployeeStatus.Terminated })
    }
    for (let n = 1; users.count() < wanted; n++) {
      const isActive = users.find(generatedUserId(n))?.status === EmployeeStatus.Active
      if (!isActive) users.put(generatedUser(n, portal.ownerId))
    }
    return users.count()
  })
}
