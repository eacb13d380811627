import { STATUS_CODES } from 'node:http'
import { type ArchivedExchange, HAR_TAIL, type HeaderLines, harEntry, harHead } from '../har/har.ts'
import { describeCaller, describeRefusal } from './description.ts'
import type { Entry, KeptBody } from './entry.ts'
import { headerLines } from './lines.ts'
import { maskedHeader, maskedTarget, maskedText } from './masks.ts'
import { shownBody } from './shown-body.ts'

/**
 * Writes entries as an HTTP archive, HAR 1.2, with masked secrets, in chunks. Members that HAR doesn't define begin
 * with an underscore.
 *
 * @param scheme `http` or `https`, by which the requests came
 * @param version of this package
 */
export async function* archiveEntries(
  entries: AsyncIterable<Entry>,
  scheme: string,
  version: string,
): AsyncGenerator<string> {
  yield harHead(version)
  let isFirst = true
  for await (const entry of entries) {
    yield (isFirst ? '' : ',\n') + harEntry(archived(entry, scheme))
    isFirst = false
  }
  yield HAR_TAIL
}

function archived({ n, exchange }: Entry, scheme: string): ArchivedExchange {
  const { time, duration, caller, status } = exchange
  const { decisions, unread, refusal } = describeRefusal(exchange)
  const headers = maskedLines(exchange.headers)
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? 'localhost'
  const target = exchange.target.replace(/^https?:\/\/[^/]*/i, '')
  return {
    comment: exchange.operation ?? '',
    startedAt: time - duration,
    time: Math.round(duration * 1000) / 1000,
    request: {
      method: maskedText(exchange.method),
      url: `${scheme}://${host}${maskedTarget(target)}`,
      headers,
      ...archivedBody(exchange.body),
    },
    answer: {
      status: status ?? 0,
      statusText: STATUS_CODES[status ?? 0] ?? '',
      headers: maskedLines(exchange.answerHeaders),
      ...archivedBody(exchange.answerBody),
    },
    members: {
      _number: n,
      _at: new Date(exchange.at).toISOString(),
      _isComplete: exchange.isComplete,
      _principal: describeCaller(caller),
      _guard: caller?.guard ?? null,
      _decisions: decisions,
      _unread: unread,
      _refusal: refusal,
      _fault: exchange.fault,
      _findings: exchange.findings,
    },
  }
}

function archivedBody(body: KeptBody) {
  return shownBody(body) ?? { body: '', bodySize: -1 }
}

function maskedLines(headers: readonly unknown[]): HeaderLines {
  return [...headerLines(headers)].map(([name, value]) => {
    return [maskedText(name), maskedHeader(name, value)] as const
  })
}
