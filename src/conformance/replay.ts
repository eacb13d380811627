import type { ProfileName } from '../domain/profile.ts'
import type { Case, Expectation } from './case.ts'
import { difference, parseBody } from './comparison.ts'
import { expectedAnswer, expectedRedirect, responseOf } from './expected-answer.ts'
import type { Request, Send } from './http.ts'
import { basePath, type Subject } from './subject.ts'

/** Where a case is sent. */
export interface Target {
  profile: ProfileName
  subject: Subject
  send: Send
  /** The value of the header Authorization for the case's caller. */
  authorization?: string | undefined
}

/** What came of a case. */
export interface Replayed {
  /** `null` where there is none. */
  difference: string | null
  /** The answer's body as JSON; `undefined`: it is none. */
  received: unknown
}

/**
 * Sends a case, and holds the answer against what it has to be. A short link that comes back is followed.
 *
 * @param row with values in the place of names
 * @throws Error where no answer comes
 */
export async function replay(row: Case, expectation: Expectation, target: Target): Promise<Replayed> {
  const request = requestOf(row, target)
  const answer = await target.send(request)
  const received = parseBody(answer)
  const found = difference(expectedAnswer(expectation, { ...target, request, received }), answer)
  const { body } = expectation
  if (found !== null || typeof body !== 'object' || !('link' in body)) return { difference: found, received }
  const followed = await target.send(follow(String(responseOf(received))))
  const differs = difference(expectedRedirect(body.link, target.subject), followed)
  return { difference: differs && `The short link, followed:\n${differs}`, received }
}

/** The request of a case, as whoever is calling. */
export function requestOf(
  row: Pick<Case, 'request' | 'headers' | 'headerLines' | 'json' | 'content'>,
  target: Pick<Target, 'subject' | 'authorization'>,
): Request {
  const { request, headers = {}, headerLines = [], json, content = '' } = row
  const [method = '', path = ''] = request.split(' ')
  const lines: [string, string][] = [...Object.entries(headers), ...headerLines]
  if (json !== undefined) lines.push(['Content-Type', 'application/json'])
  if (target.authorization !== undefined) lines.push(['Authorization', target.authorization])
  return {
    method,
    target: basePath(target.subject.url) + (path.startsWith('/') ? path : `/api/2.0/portal/${path}`),
    headers: lines,
    body: json === undefined ? content : JSON.stringify(json),
  }
}

function follow(link: string): Request {
  return { method: 'GET', target: new URL(link).pathname, headers: [], body: '' }
}
