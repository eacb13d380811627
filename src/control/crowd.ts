import { setImmediate as nextTurn } from 'node:timers/promises'
import { EmployeeType } from '../domain/employee-type.ts'
import { EmployeeStatus, type User } from '../domain/user.ts'
import type { FixturePerson } from '../store/fixture.ts'
import { generatedUser, generatedUserId, lastGenerated } from '../store/generate-users.ts'
import type { Portal } from '../store/portal.ts'
import { MockRefusal } from '../wire/refusals.ts'

/** How many users one call may generate, which takes a second or two. */
export const MOST_PEOPLE = 100_000

/** How many users are written at a time. Other requests are answered in between. */
const BATCH = 200

/**
 * Generates active users, `user1@example.com` and so on, skipping existing ones. They are written in batches, and other
 * requests are answered in between.
 *
 * @param count at least 1, at most {@link MOST_PEOPLE}
 * @returns the first and the last of them
 */
export async function makeUpPeople(
  portal: Portal,
  count: number,
  type: FixturePerson['type'],
): Promise<{ first: User; last: User }> {
  // stops if the portal is reset meanwhile
  const { ownerId, store } = portal.state
  const made: { first?: User; last?: User } = {}
  const writeBatch = (from: number, size: number) => {
    let n = from
    for (let left = size; left > 0; n++) {
      const user = generatedUser(n, ownerId, EmployeeType[type])
      if (store.users.isTaken(user)) continue
      store.users.insert(user)
      made.first ??= user
      made.last = user
      left -= 1
    }
    return n
  }
  let n = lastGenerated(store) + 1
  for (let left = count; left > 0; left -= BATCH) {
    n = store.transaction(() => writeBatch(n, Math.min(BATCH, left)))
    await nextTurn()
  }
  return made as { first: User; last: User }
}

/**
 * Generates users or terminates some, never the owner, until `userscount` has the given value. Other requests are
 * answered between batches.
 *
 * @returns the number
 * @throws MockRefusal where that would be too few, or take too long
 */
export async function setUsersCount({ state: portal }: Portal, wanted: number): Promise<number> {
  const { store, ownerId } = portal
  const { users } = store
  if (wanted < 1) throw new MockRefusal(400, 'a portal has at least one user: its owner')
  if (Math.abs(users.count() - wanted) > MOST_PEOPLE) {
    throw new MockRefusal(400, `the portal has ${users.count()} users, and at most ${MOST_PEOPLE} can be more or fewer`)
  }
  const terminate = (ids: readonly string[]) => {
    for (const id of ids) {
      const user = users.find(id)
      if (user === undefined || users.count() <= wanted) continue
      users.put({ ...(JSON.parse(user.info) as User), type: user.type, status: EmployeeStatus.Terminated })
    }
  }
  const putBatch = (from: number) => {
    let n = from
    for (; n < from + BATCH && users.count() < wanted; n++) {
      const isActive = users.find(generatedUserId(n))?.status === EmployeeStatus.Active
      if (!isActive) users.put(generatedUser(n, ownerId))
    }
    return n
  }
  // one more, since the owner isn't terminated
  const others = users.latestIds(Math.max(0, users.count() - wanted) + 1).filter((id) => id !== ownerId)
  for (let i = 0; users.count() > wanted && i < others.length; i += BATCH) {
    store.transaction(() => terminate(others.slice(i, i + BATCH)))
    await nextTurn()
  }
  for (let n = 1; users.count() < wanted; ) {
    n = store.transaction(() => putBatch(n))
    await nextTurn()
  }
  return users.count()
}
