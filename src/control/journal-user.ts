import type { Caller } from '../auth/caller.ts'
import { EmployeeType } from '../domain/employee-type.ts'
import { parseGuid } from '../domain/guid.ts'
import { didYouMean } from '../domain/spelling.ts'
import type { Portal } from '../store/portal.ts'
import { MockRefusal } from '../wire/refusals.ts'
import { roles, typeOf } from './people.ts'

/** The words for who calls. */
const WORDS = new Set(['anonymous', 'owner', ...roles.values()])

/**
 * Whether somebody is meant, who is called by an id, an e-mail, first and last name, a role, or `anonymous`. Ids and
 * e-mails may be those of people who are no longer there; any other text has to mean somebody, so that none of it is no
 * proof.
 *
 * @returns a test for callers; `null` is nobody
 * @throws MockRefusal naming what may be given
 */
export function userTest(portal: Portal, reference: string): (caller: Caller | null) => boolean {
  if (/^(anonymous|nobody)$/i.test(reference)) return (caller) => caller === null
  if (/^owner$/i.test(reference)) return (caller) => caller?.isOwner === true
  const type = typeOf(reference)
  if (type !== undefined) return (caller) => caller?.isOwner === false && caller.type === EmployeeType[type]
  const id = parseGuid(reference) ?? portal.store.users.findByName(reference)?.id
  if (id === undefined && !reference.includes('@')) {
    const words = [...WORDS].join(', ')
    const taken = `${words}, an id, an e-mail, or the first and last name of somebody who is there`
    throw new MockRefusal(400, `/user takes ${taken}, not ${reference}${didYouMean(reference, WORDS)}`)
  }
  return (caller) => id !== undefined && caller?.id === id
}
