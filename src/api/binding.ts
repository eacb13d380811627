import type { FastifyRequest } from 'fastify'
import { type EmployeeType, parseEmployeeType } from '../domain/employee-type.ts'
import { EMPTY_GUID, parseGuid } from '../domain/guid.ts'
import { queryOf } from '../wire/query.ts'
import { ValidationRefusal } from '../wire/refusals.ts'

/**
 * The name of the actions' parameter in the real server. A query key of this name, or one that begins with it and a
 * dot, makes the framework look for all parameters below it: those of the path are then not found.
 */
const PREFIX = 'inDto'

/**
 * Binds the role in a path.
 *
 * @throws ValidationRefusal
 */
export function bindEmployeeType(request: FastifyRequest, text: string): EmployeeType {
  if (isPrefixed(request)) return 0
  const reading = parseEmployeeType(text)
  if ('value' in reading) return reading.value
  const unknown = reading.refused === 'unknown'
  throw new ValidationRefusal('employeeType', unknown ? notValid(text, 'EmployeeType') : invalid(text))
}

/** Binds the user id in a path. The route has made sure that it is a GUID. */
export function bindUserId(request: FastifyRequest, text: string): string {
  return (isPrefixed(request) ? null : parseGuid(text)) ?? EMPTY_GUID
}

/**
 * Binds a query parameter that is a GUID. One that is missing is nobody's id; of several the first counts.
 *
 * @throws ValidationRefusal
 */
export function bindQueryGuid(request: FastifyRequest, name: string): string {
  const values = queryOf(request).all(prefixed(request, name))
  const [text] = values ?? []
  if (values === undefined || text === undefined) return EMPTY_GUID
  const guid = parseGuid(text)
  if (guid !== null) return guid
  throw new ValidationRefusal(name, text.trim() === '' ? invalid(text) : notValid(values.join(','), name))
}

/** Binds a query parameter that is a text. A blank one is none; of several the first counts. */
export function bindQueryText(request: FastifyRequest, name: string): string | null {
  const text = queryOf(request).first(prefixed(request, name))
  return text === undefined || text.trim() === '' ? null : text
}

function isPrefixed(request: FastifyRequest): boolean {
  return queryOf(request).hasPrefix(PREFIX)
}

function prefixed(request: FastifyRequest, name: string): string {
  return isPrefixed(request) ? `${PREFIX}.${name}` : name
}

function notValid(value: string, name: string): string {
  return `The value '${value}' is not valid for ${name}.`
}

function invalid(value: string): string {
  return `The value '${value}' is invalid.`
}
