import { EmployeeType } from '../domain/employee-type.ts'
import { EmployeeActivationStatus, EmployeeStatus, type User } from '../domain/user.ts'
import { CREATED } from './seed.ts'
import type { Store } from './store.ts'

const PROGRESS_EVERY = 10_000

/** The id of the nth person that was made up, counted from 1. */
export function generatedUserId(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`
}

/** The nth person that was made up: an active user, always the same. */
export function generatedUser(n: number, ownerId: string): User {
  return {
    id: generatedUserId(n),
    type: EmployeeType.User,
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
 */
export function generateUsers(
  store: Store,
  total: number,
  ownerId: string,
  onProgress: (generated: number, total: number) => void = () => {},
): void {
  for (let n = 1; n <= total; n++) {
    store.users.insert(generatedUser(n, ownerId))
    if (n % PROGRESS_EVERY === 0 || n === total) onProgress(n, total)
  }
}
