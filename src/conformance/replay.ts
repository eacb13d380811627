import type { ProfileName } from '../domain/profile.ts'
import type { Case, Expectation } from './case.ts'
import { difference, parseBody } from './comparison.ts'
import { expectedAnswer, expectedRedirect } from './expected-answer.ts'
import type { Request, Send } from './http.ts'
import { basePath, type Subject } from './subject.ts'

/** Where a case is sent. */
export interface Target {
  profile: ProfileName
  subject: Subject
  send: Send
  /** The value of the header Authorization for the case's caller. */
  authorization?: string
}

/**
 * Sends a case, and holds the answer against what it has to be. A short link that comes back is followed.
 *
 * @param row with values in the place of names
 * @returns the difference, or `null` where there is none
 * @throws Error where no answer comes
 */
export async function replay(row: Case, expectation: Expectation, target: Target): Promise<string | null> {
  const request = requestOf(row, target)
  const answer = await target.send(request)
  const received = parseBody(answer)
  const found = difference(expectedAnswer(expectation, { ...target, request, received }), answer)
  const { body } = expectation
  if (found !== null || typeof body !== 'object' || !('link' in body)) return found
  const followed = await target.send(follow(received))
  const differs = difference(expectedRedirect(body.link, target.subject), followed)
  return differs && `The short link, followed:\n${differs}`
}

function requestOf({ request, headers = {}, headerLines = [], content = '' }: Case, target: Target): Request {
  const [method = '', path = ''] = request.split(' ')
  const lines: [string, string][] = [...Object.entries(headers), ...headerLines]
  if (target.authorization !== undefined) lines.push(['Authorization', target.authorization])
  return {
    method,
    target: basePath(target.subject.url) + (path.startsWith('/') ? path : `/api/2.0/portal/${path}`),
    headers: lines,
    body: content,
  }
}

function follow(received: unknown): Request {
  const { response } = received as { response: string }
  return { method: 'GET', target: new URL(response).pathname, headers: [], body: '' }
}
