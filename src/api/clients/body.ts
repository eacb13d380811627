import type { FastifyRequest } from 'fastify'
import { IdentityRefusal } from '../../wire/identity-problem.ts'

/** What the members of a body are. */
type BodyShape = Readonly<Record<string, 'text' | 'texts' | 'flag'>>

/** What was read of a body. Of texts that are the same one is left. */
export type BodyOf<Shape extends BodyShape> = {
  [Name in keyof Shape]: { text: string | null; texts: readonly string[] | null; flag: boolean }[Shape[Name]]
}

const readers = {
  text: (value: unknown) => (typeof value === 'string' ? value : undefined),
  texts: (value: unknown) =>
    Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? [...new Set(value)] : undefined,
  flag: (value: unknown) => (typeof value === 'boolean' ? value : undefined),
}

const JSON_TYPE = /^\s*application\/json\s*(;|$)/i

/**
 * Reads the JSON body of a request to the identity service: names as they are written, members that nobody knows
 * ignored, texts and lists that are missing `null`, flags `false`.
 *
 * @throws IdentityRefusal 415 where it isn't said to be JSON, 400 where it is none or a member is of another type
 */
export function readBody<const Shape extends BodyShape>(request: FastifyRequest, shape: Shape): BodyOf<Shape> {
  const { contentType = 'application/octet-stream' } = request
  if (!JSON_TYPE.test(contentType)) throw new IdentityRefusal(415, `Content-Type '${contentType}' is not supported`)
  const given = parse((request.body as Buffer | undefined)?.toString('utf8') ?? '')
  const members = Object.entries(shape).map(([name, kind]) => [name, readMember(given[name], kind, name)])
  return Object.fromEntries(members)
}

function readMember(value: unknown, kind: keyof typeof readers, name: string): unknown {
  if (value === undefined) return kind === 'flag' ? false : null
  if (value === null && kind !== 'flag') return null
  const read = readers[kind](value)
  if (read === undefined) throw unreadable(`${name} is no ${kind}`)
  return read
}

function parse(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw unreadable((error as Error).message)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable('it is no object')
  return value as Record<string, unknown>
}

function unreadable(reason: string): IdentityRefusal {
  return new IdentityRefusal(400, 'Failed to read request', { reason: `the body can't be read: ${reason}` })
}
