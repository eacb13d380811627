import type { Draw } from '../../domain/draw.ts'
import { toJson } from '../../wire/json.ts'
import type { Effect } from './definition.ts'
import { probe } from './probes.ts'

/** A body that was to be sent. */
export interface Body {
  content: string | Buffer
  isJson: boolean
  /** Whether the status says that all is well. */
  isSuccess: boolean
}

/** A body as it is sent, and what has become of it. */
export interface AlteredBody {
  content: string | Buffer
  /** In words; empty: nothing. */
  changes: string[]
}

/** Does to a body what an effect does to bodies. */
export function alterBody(body: Body, effect: Effect, draw: Draw): AlteredBody {
  const probed = body.isJson && body.isSuccess ? probeBody(body.content, effect, draw) : null
  const spoiled = effect.invalidJson && body.isJson ? spoilJson(String(probed?.content ?? body.content)) : null
  const content = spoiled ?? probed?.content ?? body.content
  const bytes = Buffer.from(content as string)
  const isCut = effect.truncate === true && bytes.length > 1
  return {
    content: isCut ? bytes.subarray(0, Math.floor(bytes.length / 2)) : content,
    changes: [
      ...(probed?.changes ?? []),
      ...(spoiled === null ? [] : ['invalid JSON']),
      ...(isCut ? ['truncated'] : []),
    ],
  }
}

function probeBody(content: string | Buffer, effect: Effect, draw: Draw): AlteredBody | null {
  const { unknownMember, unknownEnumValue, missingMember, nullMember } = effect
  if ((unknownMember ?? unknownEnumValue ?? missingMember ?? nullMember) === undefined) return null
  const envelope = readObject(String(content))
  if (envelope === null) return null
  const changes = probe(envelope, effect, draw)
  return changes.length === 0 ? null : { content: toJson(envelope), changes }
}

/** The object that a body is; `null`: it is none, as a fault's own body need not be JSON. */
function readObject(text: string): Record<string, unknown> | null {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

/** A comma too many, where JSON has none: in front of the last bracket. */
function spoilJson(text: string): string | null {
  const at = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'))
  return at === -1 ? null : `${text.slice(0, at)},${text.slice(at)}`
}
