import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Position } from '../wire/json-bytes.ts'
import { JsonTextError } from '../wire/json-checker.ts'
import type { MemberReader } from '../wire/json-members.ts'
import { type JsonNode, readJsonText } from '../wire/json-text.ts'
import type { ValidationErrors } from '../wire/problem.ts'
import { readBytes } from '../wire/read-body.ts'
import { MediaTypeRefusal, ValidationRefusal } from '../wire/refusals.ts'

/** What a body is: the type that .NET reads it into, and its members by their names in camel case. */
export interface BodyShape {
  netType: string
  /** Members that have to be there. */
  required?: readonly string[]
  members: Readonly<Record<string, MemberReader<unknown>>>
}

/** What was read of a body. A member that wasn't there is `undefined`. */
export type BodyOf<Shape extends BodyShape> = {
  [Name in keyof Shape['members']]?: Shape['members'][Name] extends MemberReader<infer Value> ? Value : never
}

/** The maximum size of a body, in bytes. DocSpace accepts 30 MB, but no operation here uses more than a few kB. */
const MAX_BODY_SIZE = 1_000_000

const JSON_TYPE = /^\s*(application\/json|text\/json|application\/[\w.-]+\+json)\s*(;|$)/i

/** Lets the operations beside it have the bytes of a body. All others leave theirs unread. */
export const bodies = fp<{ limit?: number }>(
  async (app, { limit = MAX_BODY_SIZE }) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', readBytes(limit))
  },
  { name: 'bodies' },
)

/**
 * Reads the JSON body of a request as ASP.NET binds one: member names without regard to case, of a doubled member the
 * last, unknown members ignored.
 *
 * @throws MediaTypeRefusal where the content type isn't JSON
 * @throws ValidationRefusal
 */
export function bindBody<const Shape extends BodyShape>(request: FastifyRequest, shape: Shape): BodyOf<Shape> {
  if (!JSON_TYPE.test(request.contentType ?? '')) throw new MediaTypeRefusal(whyNoJson(request))
  const node = readBody(withoutByteOrderMark((request.body as Buffer | undefined) ?? Buffer.alloc(0)))
  if (node === null || node.kind === 'null') throw new ValidationRefusal('', 'A non-empty request body is required.')
  if (node.kind !== 'object') throw notConverted(shape.netType, '$', node.end)
  const body: Record<string, unknown> = {}
  const names = knownNames(shape)
  for (const { name, value } of node.members()) {
    const known = names.get(name.toLowerCase())
    if (known === undefined) continue
    const { netType, read } = shape.members[known] as MemberReader<unknown>
    const taken = read(value)
    if (taken === undefined) throw notConverted(netType, `$.${name}`, value.end)
    body[known] = taken
  }
  const missing = (shape.required ?? []).filter((name) => !(name in body)).map((name) => `'${name}'`)
  if (missing.length > 0) {
    const names = missing.join(', ')
    const rule = 'was missing required properties including'
    throw new ValidationRefusal('$', `JSON deserialization for type '${shape.netType}' ${rule}: ${names}.`)
  }
  return body as BodyOf<Shape>
}

/**
 * Refuses a body of which something is out of bounds.
 *
 * @param errors by the names of the members, in .NET's spelling; none: the body is good
 * @throws ValidationRefusal
 */
export function refuseInvalid(errors: ValidationErrors): void {
  if (Object.keys(errors).length > 0) throw new ValidationRefusal(errors)
}

const namesOf = new WeakMap<BodyShape, ReadonlyMap<string, string>>()

/** Member names by their lower-case form. */
function knownNames(shape: BodyShape): ReadonlyMap<string, string> {
  let names = namesOf.get(shape)
  if (names === undefined) {
    names = new Map(Object.keys(shape.members).map((name) => [name.toLowerCase(), name]))
    namesOf.set(shape, names)
  }
  return names
}

function whyNoJson({ contentType }: FastifyRequest): string {
  return `${contentType ? `Content-Type is ${contentType}` : 'there is no Content-Type'}; send application/json`
}

function readBody(bytes: Buffer): JsonNode | null {
  if (bytes.length === 0) return null
  try {
    return readJsonText(bytes)
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error
    throw new ValidationRefusal(error.path, error.message + placeOf(error.path, error.position))
  }
}

function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(Buffer.from('\ufeff')) ? bytes.subarray(3) : bytes
}

function notConverted(netType: string, path: string, end: Position): ValidationRefusal {
  return new ValidationRefusal(path, `The JSON value could not be converted to ${netType}.${placeOf(path, end)}`)
}

function placeOf(path: string, { line, byte }: Position): string {
  return ` Path: ${path} | LineNumber: ${line} | BytePositionInLine: ${byte}.`
}
