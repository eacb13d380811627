import type { RandomBytes } from '../domain/random.ts'

const TRACE_PARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/

/**
 * The `traceId` of a problem document, in the form of W3C's Trace Context: a new span of the caller's trace where the
 * request names one, else of a new trace.
 *
 * @param traceParent the request's `traceparent` header
 */
export function createTraceId(traceParent: string | undefined, randomBytes: RandomBytes): string {
  const [, trace = hex(randomBytes(16)), flags = '00'] = TRACE_PARENT.exec(traceParent ?? '') ?? []
  return `00-${trace}-${hex(randomBytes(8))}-${flags}`
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
