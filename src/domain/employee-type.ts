import { parseInteger } from './number.ts'

/** DocSpace's roles and their numbers. They are flags: `RoomAdmin` and `Guest` together are `DocSpaceAdmin`. */
export const EmployeeType = { All: 0, RoomAdmin: 1, Guest: 2, DocSpaceAdmin: 3, User: 4 } as const

/** A role's name, as a fixture and the API document spell it. */
export type EmployeeTypeName = keyof typeof EmployeeType

/** A role's number, or a combination of several. */
export type EmployeeType = number

/** The name of a role; `undefined` for a combination that has none. */
export function employeeTypeName(type: EmployeeType): EmployeeTypeName | undefined {
  return (Object.keys(EmployeeType) as EmployeeTypeName[]).find((name) => EmployeeType[name] === type)
}

const ALL_FLAGS = 7

const byLowerCaseName = new Map(Object.entries(EmployeeType).map(([name, value]) => [name.toLowerCase(), value]))

/** The maximum length of a text, in characters: far more than all names together. */
const LONGEST = 1000

/** What a text that should name a role turned out to be. */
export type EmployeeTypeReading = { value: EmployeeType } | { refused: 'unknown' | 'outOfRange' }

/**
 * Reads a role as ASP.NET binds a flags enum: a name in any letter case, a number, or several of them joined by
 * commas, with blanks around each. Every combination of flags is a value, so `5`, `6` and `7` are as well.
 */
export function parseEmployeeType(text: string): EmployeeTypeReading {
  if (text.trim() === '') return { refused: 'outOfRange' }
  if (text.length > LONGEST) return { refused: 'unknown' }
  const parts = text.split(',').map(parsePart)
  if (parts.includes(null)) return { refused: 'unknown' }
  const value = parts.reduce<number>((flags, part) => flags | (part ?? 0), 0)
  return value < 0 || value > ALL_FLAGS ? { refused: 'outOfRange' } : { value }
}

function parsePart(text: string): number | null {
  // an enum's own parser skips blanks in front that a number's doesn't
  const number = parseInteger(text.trimStart(), 32)
  return number === null ? (byLowerCaseName.get(text.trim().toLowerCase()) ?? null) : Number(number)
}
