import { parseEmployeeType } from '../domain/employee-type.ts'
import { parseGuid } from '../domain/guid.ts'
import { parseInteger } from '../domain/number.ts'
import type { JsonNode } from './json-text.ts'

/** How a member of a body is read: what .NET calls its type, and what its value becomes. */
export interface MemberReader<Value> {
  netType: string
  /** @returns `undefined` where the value can't be one of the type */
  read: (node: JsonNode) => Value | undefined
}

/** A text. */
export const text: MemberReader<string | null> = {
  netType: 'System.String',
  read: (node) => (node.kind === 'null' ? null : node.kind === 'string' ? (node.text ?? undefined) : undefined),
}

/** `true` or `false`. */
export const flag: MemberReader<boolean> = {
  netType: 'System.Boolean',
  read: ({ kind }) => (kind === 'true' || kind === 'false' ? kind === 'true' : undefined),
}

/** `true`, `false` or `null`. */
export const optionalFlag = optional(flag)

/** A whole number of 32 bits, or a text that is one. */
export const int32: MemberReader<number> = {
  netType: 'System.Int32',
  read(node) {
    const written = node.kind === 'number' || node.kind === 'string' ? node.text : null
    const number = written !== null && /^-?\d+$/.test(written) ? parseInteger(written, 32) : null
    return number === null ? undefined : Number(number)
  },
}

/** A whole number of 32 bits, or `null`. */
export const optionalInt32 = optional(int32)

/** A GUID in its dashed form. */
export const guid: MemberReader<string> = {
  netType: 'System.Guid',
  read: (node) =>
    node.kind === 'string' && /^[0-9a-f-]{36}$/i.test(node.text ?? '')
      ? (parseGuid(node.text ?? '') ?? undefined)
      : undefined,
}

const MOMENT = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,16})?)?)(Z|[+-]\d\d:\d\d)?)?$/

/** A moment in milliseconds since 1970, UTC, or `null`. One without an offset is in the portal's time zone, UTC. */
export const optionalMoment: MemberReader<number | null> = {
  netType: 'System.Nullable`1[System.DateTime]',
  read(node) {
    if (node.kind === 'null') return null
    const [, day, time = '00:00', zone = 'Z'] = (node.kind === 'string' && MOMENT.exec(node.text ?? '')) || []
    const midnight = Date.parse(`${day}T00:00:00Z`)
    // a day that no calendar has would roll over
    if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day ?? '')) return undefined
    const moment = Date.parse(`${day}T${time}${zone}`)
    return Number.isNaN(moment) ? undefined : moment
  },
}

/** A role, by name or number. A number that no role has is left to whoever reads it. */
export const employeeType: MemberReader<number> = {
  netType: 'ASC.Core.Users.EmployeeType',
  read(node) {
    if (node.kind === 'number') return int32.read(node)
    if (node.kind !== 'string' || node.text === null || node.text.trim() === '') return undefined
    const reading = parseEmployeeType(node.text)
    if ('value' in reading) return reading.value
    return reading.refused === 'outOfRange' ? Number.parseInt(node.text, 10) : undefined
  },
}

/** Texts, or `null`. */
export const texts: MemberReader<(string | null)[] | null> = {
  netType: 'System.Collections.Generic.List`1[System.String]',
  read(node) {
    if (node.kind === 'null') return null
    if (node.kind !== 'array') return undefined
    const read: (string | null)[] = []
    for (const item of node.items()) {
      const value = text.read(item)
      if (value === undefined) return undefined
      read.push(value)
    }
    return read
  },
}

/** Any value, which is ignored. */
export const anything: MemberReader<unknown> = { netType: 'System.Object', read: (node) => node }

function optional<Value>({ netType, read }: MemberReader<Value>): MemberReader<Value | null> {
  return {
    netType: `System.Nullable\`1[${netType}]`,
    read: (node) => (node.kind === 'null' ? null : read(node)),
  }
}
