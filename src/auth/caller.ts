import type { Member } from '../domain/permissions.ts'
import type { Scope } from '../domain/scopes.ts'

/** Who is calling, proven by a guard. */
export interface Caller extends Member {
  /** The language they have chosen, if any. */
  culture: string | null
  scopes: readonly Scope[]
  /** The API key that they have sent, by its id; `null`: they have proven themselves by something else. */
  apiKeyId: string | null
  /** The name of the guard that says so. */
  guard: string
  /** Which one of the credentials that the guard has looked at it was, counted from 0. */
  credential: number
}
