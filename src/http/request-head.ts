import type { IncomingMessage } from 'node:http'
import { plainTarget, splitTarget } from '../wire/target.ts'
import type { ClientError } from './client-error-reasons.ts'

/** What the real server takes at most of a request line and headers, in bytes. */
export const MAX_HEADERS_SIZE = 32 * 1024

/** The request line and the headers of a request. */
export interface RequestHead {
  /** Empty where the request line could not be read. */
  method: string
  target: string
  /** Names and values in turn. */
  headers: string[]
}

/** How much is read of a request that was refused, in characters. */
const MAX_LENGTH = 8 * 1024

const REQUEST_LINE = /^(?:\r?\n)*([\w!#$%&'*+.^`|~-]{1,32}) +((?:\/|\*|https?:\/\/)[^ \r\n]*)[^\r\n]*/i

const EMPTY_LINE = '\r\n\r\n'

const UNREADABLE: RequestHead = { method: '', target: '', headers: [] }

/** The head of a request that the parser has read. */
export function headOf({ method = '', url = '', rawHeaders }: IncomingMessage): RequestHead {
  return { method, target: url, headers: rawHeaders }
}

/**
 * Reads the head of a request that the parser has refused, as far as the last packet has it. Good requests in front of it
 * are skipped; a request line in an earlier packet is lost.
 */
export function readRequestHead(error: Pick<ClientError, 'code' | 'rawPacket' | 'bytesParsed'>): RequestHead {
  const { rawPacket } = error
  if (rawPacket === undefined) return UNREADABLE
  const begin = error.code === 'HPE_HEADER_OVERFLOW' ? beginOfLongHead(rawPacket) : beginOfHead(rawPacket, error)
  const text = rawPacket.toString('latin1', begin, begin + MAX_LENGTH)
  const [line = '', method, target] = REQUEST_LINE.exec(text) ?? []
  if (method === undefined || target === undefined) return UNREADABLE
  return { method, target, headers: headersIn(text.slice(line.length)) }
}

/** Behind the last empty line that the parser has taken. */
function beginOfHead(packet: Buffer, { bytesParsed = 0 }: Pick<ClientError, 'bytesParsed'>): number {
  const before = packet.lastIndexOf(EMPTY_LINE, Math.max(0, bytesParsed - EMPTY_LINE.length))
  return before === -1 ? 0 : before + EMPTY_LINE.length
}

/** For an oversized head the parser reports no position, so the whole packet counts as consumed. */
function beginOfLongHead(packet: Buffer): number {
  let begin = 0
  for (;;) {
    const end = packet.indexOf(EMPTY_LINE, begin)
    if (end === -1 || end - begin >= MAX_HEADERS_SIZE) return begin
    begin = end + EMPTY_LINE.length
  }
}

function headersIn(text: string): string[] {
  const [head = ''] = text.split(EMPTY_LINE)
  return head.split('\r\n').flatMap((line) => {
    const colon = line.indexOf(':')
    return colon <= 0 ? [] : [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
}

/** Whether the journal keeps such a request: not those to the control API and to `/health`. */
export function isJournalled({ target }: RequestHead): boolean {
  return !/^\/(__mock|health)(\/|$)/i.test(splitTarget(plainTarget(target)).path)
}
