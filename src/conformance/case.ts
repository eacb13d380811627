import type { ProfileName } from '../domain/profile.ts'
import type { PortalSettings } from '../domain/settings.ts'
import getInvitationLink from './cases/get-invitation-link.json' with { type: 'json' }
import getPortalUsersCount from './cases/get-portal-users-count.json' with { type: 'json' }
import getUserById from './cases/get-user-by-id.json' with { type: 'json' }
import markGiftMessageAsRead from './cases/mark-gift-message-as-read.json' with { type: 'json' }
import otherPaths from './cases/other-paths.json' with { type: 'json' }
import sendCongratulations from './cases/send-congratulations.json' with { type: 'json' }

/** The people that a case can speak of. */
export type Person = 'owner' | 'admin' | 'roomAdmin' | 'user' | 'guest' | 'otherGuest' | 'pending' | 'terminated'

/** One request and the answer to it, as the files in `cases` have them. */
export interface Case extends Partial<Expectation> {
  /** One word and, where a case has variants, more that tell them apart. No two cases have the same. */
  id: string
  what: string
  /**
   * Method and target, the latter below `/api/2.0/portal/` unless it begins with a slash. Here and in headers
   * `{{name}}` stands for a value that depends on the portal: somebody's id, a credential.
   */
  request: string
  /** Who is calling, with whichever credential there is that works in both profiles. */
  as?: Person
  headers?: Record<string, string>
  /** Headers that have to come twice, or in an order. */
  headerLines?: [name: string, value: string][]
  /** The request's body. */
  content?: string
  /** What has to be set on the portal before, which only the mock lets anybody do. */
  settings?: Partial<PortalSettings>
  /** Whether it changes anything when it succeeds. */
  writes?: boolean
  /** Whether it rests on what the shipped fixture says of its people: their language, who invited whom. */
  shipped?: boolean
  /** The answer in one profile. A case that has only one of the two belongs to that profile. */
  documented?: Expectation
  server?: Expectation
}

/** What an answer has to be. */
export interface Expectation {
  status: number
  body: ExpectedBody
  /** Headers, by names in lower case. */
  has?: Record<string, string>
  /** Headers that must not be there. */
  absent?: string[]
}

/** What a body has to be. Whatever is JSON is compared member by member and in their order. */
export type ExpectedBody =
  | 'empty'
  /** The envelope of an operation that returns nothing. */
  | 'void'
  /** The envelope around the number of active people. */
  | 'usersCount'
  /** The envelope around a value. */
  | { ok: unknown }
  /** The envelope around a short link that leads to an invitation for this type. */
  | { link: number }
  /** The envelope around somebody, or around some of their members. */
  | { user: Person; fields?: string[] }
  /** An error of `errors.json`, with a message of its own where that is translated. */
  | { error: string; message?: string }
  /** The problem document of parameters that can't be bound, and their messages. */
  | { validation: Record<string, string[]> }
  /** Any other value in the envelope of a 400. */
  | { wrapped: unknown }
  /** The problem document of a status. */
  | { problem: number }
  | { text: string }

/** Cases about one operation. */
export interface Operation {
  name: string
  cases: readonly Case[]
}

/** All cases, by operation. */
export const operations: readonly Operation[] = [
  operation('GET users/invite/{employeeType}', getInvitationLink),
  operation('GET userscount', getPortalUsersCount),
  operation('GET users/{userID}', getUserById),
  operation('POST present/mark', markGiftMessageAsRead),
  operation('POST sendcongratulations', sendCongratulations),
  operation('other paths', otherPaths),
]

/** What a case expects in a profile; `undefined`: it doesn't belong to that profile. */
export function expectationOf(row: Case, profile: ProfileName): Expectation | undefined {
  const { status, body, has, absent } = row
  if (status === undefined || body === undefined) return row[profile]
  return { status, body, ...(has && { has }), ...(absent && { absent }) }
}

// what TypeScript infers from JSON is wider than what stands there
function operation(name: string, cases: unknown): Operation {
  return { name, cases: cases as Case[] }
}
