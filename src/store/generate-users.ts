import { EmployeeType } from '../domain/employee-type.ts'
import { EmployeeActivationStatus, EmployeeStatus, type User } from '../domain/user.ts'
import { CREATED } from './seed.ts'
import type { Store } from './store.ts'

const PROGRESS_EVERY = 10_000

/** The id of the nth person that was made up, counted from 1. */
export function generatedUserId(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`
}

/** Numbers beyond it are not looked for, since whoever gives ids may give any. */
const HIGHEST = 1_000_000_000

/** The highest number of somebody who was made up; 0: there is nobody. */
export function lastGenerated({ users }: Store): number {
  const id = users.highestId(generatedUserId(1), generatedUserId(HIGHEST))
  return id === null ? 0 : Number.parseInt(id.slice(id.lastIndexOf('-') + 1), 16)
}

/** The nth person that was made up: active, always the same. */
export function generatedUser(n: number, ownerId: string, type: EmployeeType = EmployeeType.User): User {
  return {
    id: generatedUserId(n),
    type,
    firstName: 'User',
    lastName: String(n),
    userName: `user${n}`,
    status: EmployeeStatus.Active,
    activationStatus: EmployeeActivationStatus.Activated,
    workFromDate: CREATED,
    email: `user${n}@example.com`,
    lastModified: CREATED,
    createDate: CREATED,
    createdBy: ownerId,
  }
}

/**
 * Adds active users to a portal: `user1@example.com` and so on, always the same ones.
 *
 * @param onProgress called now and then with how many there are so far
 * @yields after each user
 */
export function* generateUsers(
  store: Store,
  total: number,
  ownerId: string,
  onProgress: (generated: number, total: number) => void = () => {},
): Generator<void, void> {
  for (let n = 1; n <= total; n++) {
    store.users.insert(generatedUser(n, ownerId))
    if (n % PROGRESS_EVERY === 0 || n === total) onProgress(n, total)
    yield
  }
}
