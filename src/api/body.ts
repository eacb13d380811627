import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { MemberReader } from '../wire/json-members.ts'
import { type JsonNode, JsonTextError, type Position, readJsonText } from '../wire/json-text.ts'
import type { ValidationErrors } from '../wire/problem.ts'
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

/** What the framework takes at most, in bytes. */
const MAX_BODY_SIZE = 30_000_000

const JSON_TYPE = /^\s*(application\/json|text\/json|application\/[\w.-]+\+json)\s*(;|$)/i

/** Lets the operations beside it have the bytes of a body. All others leave theirs unread. */
export const bodies = fp(
  async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_SIZE }, (_request, body, done) =>
      done(null, body),
    )
  },
  { name: 'bodies' },
)

/**
 * Reads the JSON body of a request as ASP.NET binds one: member names without regard to case, of a doubled member the
 * last, members that nobody knows ignored.
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
  for (const { name, value } of node.members) {
    const known = Object.keys(shape.members).find((member) => member.toLowerCase() === name.toLowerCase())
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
