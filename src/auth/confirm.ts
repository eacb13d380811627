import type { FastifyRequest } from 'fastify'
import { EmployeeType } from '../domain/employee-type.ts'
import { parseGuid } from '../domain/guid.ts'
import { readCookie } from '../wire/cookies.ts'
import { percentDecode } from '../wire/percent.ts'
import { checkInvitation } from './invitation.ts'

/** What a good `confirm` header says: by whose invitation the caller comes, and to which role. */
export interface Confirmation {
  key: string
  /** Id of whoever invited. */
  inviterId: string
  employeeType: number
}

/**
 * Reads the `confirm` header, the query of an invitation's link, and checks its key.
 *
 * @returns `null` where there is no such header, or it is about something else than an invitation; a reason where it
 *   doesn't hold
 */
export function readConfirmation(request: FastifyRequest): Confirmation | { refused: string } | null {
  const header = request.headers.confirm?.toString()
  if (header === undefined) return null
  const values = readValues(header)
  if (values.get('type') !== 'LinkInvite') return null
  const key = values.get('key') ?? readCookie(request.headers.cookie, 'asc_confirm_key_linkinvite') ?? ''
  const inviterId = parseGuid(values.get('uid') ?? '')
  if (inviterId === null) return { refused: 'the link names no inviter' }
  const employeeType = readRole(values.get('empltype') ?? '')
  const verdict = confirmationVerdict({ key, inviterId, employeeType }, request)
  return verdict === 'ok' ? { key, inviterId, employeeType } : { refused: `the key of the link is ${verdict}` }
}

/** Whether an invitation holds: one to administrators has to be the owner's. */
export function confirmationVerdict({ key, inviterId, employeeType }: Confirmation, { portal }: FastifyRequest) {
  if (employeeType === EmployeeType.DocSpaceAdmin && inviterId !== portal.ownerId) return 'invalid'
  return checkInvitation(key, { employeeType, inviterId, alias: portal.alias }, portal).verdict
}

/** A role by its number or its exact name; what is neither is none. */
function readRole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  const named = Object.entries(EmployeeType).find(([name]) => name === text)
  return named?.[1] ?? EmployeeType.All
}

/** The values of a query by their names in lower case; those of a repeated name are joined by commas. */
function readValues(header: string): Map<string, string> {
  const values = new Map<string, string>()
  for (const pair of header.replace(/^\?/, '').split('&')) {
    const equals = pair.indexOf('=')
    if (equals === -1) continue
    const name = pair.slice(0, equals).toLowerCase()
    const value = percentDecode(pair.slice(equals + 1).replaceAll('+', ' '))
    values.set(name, values.has(name) ? `${values.get(name)},${value}` : value)
  }
  return values
}
