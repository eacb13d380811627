import type { FastifyRequest } from 'fastify'
import { EmployeeType } from '../domain/employee-type.ts'
import { parseGuid } from '../domain/guid.ts'
import { readCookie } from '../wire/cookies.ts'
import { percentDecode } from '../wire/percent.ts'
import { checkInvitation } from './invitation.ts'
import { invitationMistake } from './invitation-mistake.ts'

/** The type of the links that let users join. */
const INVITATION = 'LinkInvite'

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
  if (values.get('type') !== INVITATION) return null
  const key = values.get('key') ?? readCookie(request.headers.cookie, 'asc_confirm_key_linkinvite') ?? ''
  const uid = values.get('uid')
  const inviterId = parseGuid(uid ?? '')
  if (inviterId === null)
    return { refused: `the confirm header has no uid${uid ? ' that is a GUID' : ''}: the inviter's id` }
  const role = values.get('empltype') ?? ''
  const confirmation = { key, inviterId, employeeType: readRole(role) }
  const verdict = confirmationVerdict(confirmation, request)
  if (verdict === 'ok') return confirmation
  const reason = role !== '' && !isRole(role) ? `emplType is ${role}, which is no role by its exact name` : null
  return { refused: `the confirm header: ${reason ?? invitationMistake(confirmation, verdict, request)}` }
}

/**
 * Why a `confirm` header is no invitation.
 *
 * @returns `null` where there is no such header
 */
export function whyNoInvitation({ headers }: FastifyRequest): string | null {
  const header = headers.confirm?.toString()
  if (header === undefined) return null
  if (header.includes('/')) return 'confirm takes the query of the link, what stands behind its question mark'
  const type = readValues(header).get('type')
  if (type === undefined) return `the confirm header has no type=${INVITATION}`
  return `the confirm header is of the type ${type}, and joining takes ${INVITATION}`
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

function isRole(text: string): boolean {
  return /^\d{1,9}$/.test(text) || Object.hasOwn(EmployeeType, text)
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
