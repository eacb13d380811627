import type { OutgoingHttpHeader } from 'node:http'
import type { Caller } from '../auth/caller.ts'
import { type Decision, isRefused } from '../auth/decision.ts'
import { packNow } from '../store/packed-image.ts'

/** How many bytes of a body are kept. */
export const MAX_BODY = 64 * 1024

/** As much of a body as is kept. */
export interface KeptBody {
  /** A text, or bytes of UTF-8; `null`: nobody has seen it. */
  content: string | Buffer | null
  /** The original number of bytes, if not all are kept. */
  size?: number
  /** Whether the content was packed. */
  isPacked?: true
}

/** The body of what has none. */
export const NO_BODY: KeptBody = { content: '' }

/** A body that went by unseen. */
export const UNSEEN_BODY: KeptBody = { content: null }

/** A request and its answer as they were. Secrets are masked only when somebody reads them. */
export interface Exchange {
  /** When it was over, by the portal's clock and by the machine's: ms since 1970, UTC. */
  at: number
  time: number
  /** When it came, by the process's own clock, and how long it took: ms. */
  arrivedAt: number
  duration: number
  method: string
  /** Path and query as they were sent. */
  target: string
  /** Names and values in turn, as they were sent. */
  headers: readonly string[]
  body: KeptBody
  /** `null`: there was no answer. */
  status: number | null
  /** Names and values in turn. */
  answerHeaders: readonly OutgoingHttpHeader[]
  answerBody: KeptBody
  /** Whether all of the answer went out. */
  isComplete: boolean
  /** The operationId of the operation that it was for. */
  operation: string | null
  /** The path of that operation, as a router writes it. */
  route: string | null
  caller: Caller | null
  /** What the guards made of each credential that they found. */
  decisions: readonly Decision[]
  /** Of a refused request, the credentials that the profile does not read, in words. */
  unread: readonly string[]
  /** The rule that refused the request; `null`: it was not refused. */
  refusal: string | null
  /** What was made to go wrong with it. */
  fault: string | null
  /** Codes of what worked here and would not have elsewhere. */
  findings: readonly string[]
}

/** An exchange in its place. */
export interface Entry {
  /** The first of a portal is 1. */
  n: number
  exchange: Exchange
  size: number
}

/** What an entry takes besides its texts, in bytes. */
const OVERHEAD = 1100

/** What each header takes besides its texts, in bytes. */
const HEADER_OVERHEAD = 16

/** What each refused credential takes besides its reason, in bytes. */
const DECISION_OVERHEAD = 64

/** How much room an exchange takes: a byte for each character, and something for what holds them together. */
export function sizeOf(exchange: Exchange): number {
  const { target, headers, body, answerHeaders, answerBody, decisions, refusal, fault } = exchange
  let size = OVERHEAD + HEADER_OVERHEAD * (headers.length + answerHeaders.length)
  size += target.length + (body.content?.length ?? 0) + (answerBody.content?.length ?? 0)
  size += (refusal?.length ?? 0) + (fault?.length ?? 0)
  for (const text of headers) size += text.length
  for (const decision of decisions) if (isRefused(decision)) size += DECISION_OVERHEAD + decision.refused.length
  for (const text of answerHeaders) size += typeof text === 'string' ? text.length : String(text).length
  return size
}

/** Keeps as much of a body as is kept. What is longer is copied, so that nothing holds on to the whole. */
export function keepBody(content: string | Buffer): KeptBody {
  if (content.length <= MAX_BODY) return { content }
  const bytes = Buffer.from(content.slice(0, MAX_BODY) as string)
  return { content: Buffer.from(bytes.subarray(0, MAX_BODY)), size: Buffer.byteLength(content) }
}

/** Shorter bodies aren't worth packing, in bytes. */
const LEAST_PACKED = 1024

/** Packs a body if it is long enough; otherwise returns it unchanged. */
export function packBody(body: KeptBody): KeptBody {
  const { content, size, isPacked } = body
  if (isPacked || content === null || content.length < LEAST_PACKED) return body
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return { content: packNow(bytes), size: size ?? bytes.length, isPacked: true }
}
