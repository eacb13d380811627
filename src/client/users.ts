import type { FixtureUser } from '../store/fixture.ts'
import type { ControlRequests } from './request.ts'

/** Which people are meant. A member that isn't given matches everything. */
export interface UserFilter {
  type?: FixtureUser['type']
  status?: NonNullable<FixtureUser['status']>
  /** In any letter case. */
  email?: string
  /** How many to give, and how many to leave out before. */
  limit?: number
  offset?: number
}

/** Changes of somebody: `null` takes a member away. */
export type UserChanges = { [Member in keyof FixtureUser]?: FixtureUser[Member] | null }

/** The people of a portal. Whoever is meant can be named by id, e-mail, first and last name, or role. */
export class UsersControl {
  readonly #requests: ControlRequests

  constructor(requests: ControlRequests) {
    this.#requests = requests
  }

  /** A page of users as in a fixture, and the number of users that match the filter. */
  list(filter: UserFilter = {}): Promise<{ total: number; users: FixtureUser[] }> {
    return this.#requests.json('users', { query: filter })
  }

  /** Iterates over the users that match the filter, reading a thousand at a time. */
  async *each(filter: Omit<UserFilter, 'limit' | 'offset'> = {}): AsyncGenerator<FixtureUser> {
    const pages = this.#requests.pages<{ users: FixtureUser[] }>('users', { ...filter, limit: 1000 })
    for await (const { users } of pages) yield* users
  }

  /** @throws ControlError where nobody is meant */
  get(user: string): Promise<FixtureUser> {
    return this.#requests.json(pathOf(user))
  }

  /**
   * Adds somebody. What isn't said is made up.
   *
   * @throws ControlError where the id, the e-mail or a key is somebody's
   */
  create(user: Partial<FixtureUser> = {}): Promise<FixtureUser> {
    return this.#requests.json('users', { method: 'POST', body: user })
  }

  /** @throws ControlError where nobody is meant, or the e-mail is somebody else's */
  change(user: string, changes: UserChanges): Promise<FixtureUser> {
    return this.#requests.json(pathOf(user), { method: 'PATCH', body: changes })
  }

  /** @throws ControlError where nobody is meant, or the owner is */
  remove(user: string): Promise<void> {
    return this.#requests.json(pathOf(user), { method: 'DELETE' })
  }

  /** Makes people up. Gives what `userscount` answers then, and the first and the last of them. */
  generate(
    count: number,
    type?: FixtureUser['type'],
  ): Promise<{ total: number; first: { id: string; email: string }; last: { id: string; email: string } }> {
    return this.#requests.json('users/generate', { method: 'POST', body: { count, ...(type && { type }) } })
  }

  /** Ends somebody's sessions: the tokens that they have no longer hold. */
  endSessions(user: string): Promise<void> {
    return this.#requests.json(`${pathOf(user)}/sessions`, { method: 'DELETE' })
  }
}

function pathOf(user: string): string {
  return `users/${encodeURIComponent(user)}`
}
