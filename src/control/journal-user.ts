import type { Caller } from '../auth/caller.ts'
import { EmployeeType } from '../domain/employee-type.ts'
import { parseGuid } from '../domain/guid.ts'
import type { Portal } from '../store/portal.ts'
import { typeOf } from './people.ts'

/**
 * Whether somebody is meant, who is called by an id, an e-mail, a role, or `anonymous`.
 *
 * @returns a test for callers; `null` is nobody
 */
export function userTest(portal: Portal, reference: string): (caller: Caller | null) => boolean {
  if (/^(anonymous|nobody)$/i.test(reference)) return (caller) => caller === null
  if (/^owner$/i.test(reference)) return (caller) => caller?.isOwner === true
  const type = typeOf(reference)
  if (type !== undefined) return (caller) => caller?.isOwner === false && caller.type === EmployeeType[type]
  const id = parseGuid(reference) ?? portal.store.users.findByName(reference)?.id
  return (caller) => id !== undefined && caller?.id === id
}
