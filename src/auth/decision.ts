import type { Caller } from './caller.ts'

/** What a guard made of one credential: the caller that it accepted, or a refusal. */
export type Decision = Caller | RefusedCredential

/** A credential that a guard refused. */
export interface RefusedCredential {
  /** The name of the guard. */
  guard: string
  /** Why. */
  refused: string
  /** Whether the credential belongs to a user of the portal, such as an expired key. */
  isKnown: boolean
}

/** The rule of every operation that needs a caller. */
export const NO_CALLER = 'no credential was accepted'

/** Tells the two decisions apart. */
export function isRefused(decision: Decision): decision is RefusedCredential {
  return 'refused' in decision
}

/** Why a guard decided as it did. The text of an acceptance is made when it is read, which hardly ever happens. */
export function reasonOf(decision: Decision): string {
  return isRefused(decision) ? decision.refused : `${decision.email} with ${decision.scopes.join(' ') || 'no scope'}`
}

/**
 * Why a request has no caller, in one sentence: the refusal of a credential that belongs to a user, since that tells
 * most, or else the first refusal.
 *
 * @param unread credentials that the profile does not read, in words
 */
export function whyNoCaller(decisions: readonly Decision[], unread: readonly string[]): string {
  const refusals = decisions.filter(isRefused)
  const telling = refusals.find(({ isKnown }) => isKnown) ?? refusals[0]
  if (telling !== undefined) return `${telling.guard}: ${telling.refused}`
  const ignored = unread.length === 0 ? '' : `; this profile does not read, where it was sent, ${unread.join(' and ')}`
  return `no guard found a credential${ignored}`
}
