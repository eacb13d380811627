import type { FastifyRequest } from 'fastify'
import { IdentityRefusal } from '../../wire/identity-problem.ts'
import { JsonTextError } from '../../wire/json-checker.ts'
import { flag, text, texts } from '../../wire/json-members.ts'
import { type JsonNode, readJsonText } from '../../wire/json-text.ts'

/** What the members of a body are. */
type BodyShape = Readonly<Record<string, 'text' | 'texts' | 'flag'>>

/** What was read of a body. Of texts that are the same one is left. */
export type BodyOf<Shape extends BodyShape> = {
  [Name in keyof Shape]: { text: string | null; texts: readonly string[] | null; flag: boolean }[Shape[Name]]
}

const readers = {
  text: text.read,
  texts(node: JsonNode) {
    const entries = texts.read(node)
    return entries?.includes(null) ? undefined : entries && [...new Set(entries)]
  },
  flag: flag.read,
}

/** Jackson's limit of nesting. */
const MAX_DEPTH = 1000

const JSON_TYPE = /^\s*application\/json\s*(;|$)/i

/**
 * Reads the JSON body of a request to the identity service: names as they are written, unknown members
 * ignored, texts and lists that are missing `null`, flags `false`.
 *
 * @throws IdentityRefusal 415 where it isn't said to be JSON, 400 where it is none or a member is of another type
 */
export function readBody<const Shape extends BodyShape>(request: FastifyRequest, shape: Shape): BodyOf<Shape> {
  const { contentType = 'application/octet-stream' } = request
  if (!JSON_TYPE.test(contentType)) throw new IdentityRefusal(415, `Content-Type '${contentType}' is not supported`)
  const given = parse((request.body as Buffer | undefined) ?? Buffer.alloc(0), shape)
  const members = Object.entries(shape).map(([name, kind]) => [name, readMember(given.get(name), kind, name)])
  return Object.fromEntries(members)
}

function readMember(node: JsonNode | undefined, kind: keyof typeof readers, name: string): unknown {
  if (node === undefined) return kind === 'flag' ? false : null
  if (node.kind === 'null' && kind !== 'flag') return null
  const read = readers[kind](node)
  if (read === undefined) throw unreadable(`${name} is no ${kind}`)
  return read
}

/** The members that a shape has. The last of duplicates wins. */
function parse(bytes: Buffer, shape: BodyShape): ReadonlyMap<string, JsonNode> {
  const members = new Map<string, JsonNode>()
  for (const { name, value } of parseObject(bytes).members()) {
    if (Object.hasOwn(shape, name)) members.set(name, value)
  }
  return members
}

function parseObject(bytes: Buffer): JsonNode {
  try {
    const node = readJsonText(bytes, MAX_DEPTH)
    if (node.kind === 'object') return node
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error
    const { line, byte } = error.position
    throw unreadable(`${error.message} (line ${line + 1}, byte ${byte + 1})`)
  }
  throw unreadable("it isn't a JSON object")
}

function unreadable(reason: string): IdentityRefusal {
  return new IdentityRefusal(400, 'Failed to read request', { reason: `the body can't be read: ${reason}` })
}
