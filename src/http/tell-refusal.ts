import type { FastifyInstance } from 'fastify'
import { type Exchange, NO_BODY, UNSEEN_BODY } from '../journal/entry.ts'
import { maskedPath, maskedText } from '../journal/masks.ts'
import type { PortalSlot } from '../store/portal-slot.ts'
import { splitTarget } from '../wire/target.ts'
import { isJournalled, type RequestHead } from './request-head.ts'
import { portalOfHead } from './tenant.ts'

/** How a request ended that no route has seen. */
export interface Refusal {
  /** `null`: without an answer. */
  status: number | null
  reason: string
  /** Whether the client went away, rather than sent something wrong. */
  isHangUp?: boolean
}

/** The headers with which the parser's refusals go out: names and values in turn. */
export const REFUSAL_HEADERS = ['Content-Length', '0', 'Connection', 'close']

/** Tells why a request was refused that no route has seen: in the log, and in the journal of the portal that it names. */
export function tellRefusal(head: RequestHead, refusal: Refusal, app: FastifyInstance): void {
  const { status, reason, isHangUp = false } = refusal
  const slot = isJournalled(head) ? portalOfHead(head, app.portals) : null
  if (slot !== null) app.journalOf(slot).record(exchangeOf(head, slot, refusal))
  const line = `${maskedText(head.method)} ${loggedPath(head.target)}`.trim()
  const outcome = status === null ? reason : `refused with ${status}, ${reason}`
  // a client that hangs up is nothing that the operator of a server has to know
  const level = isHangUp ? 'info' : 'warn'
  app.log[level](slot === null ? {} : { portal: slot.alias }, line === '' ? outcome : `${line}: ${outcome}`)
}

/** The path of a target that may have any bytes in it, which a terminal must not take for its own. */
function loggedPath(target: string): string {
  const escaped = splitTarget(target).path.replace(/[^\x21-\x7e]/g, (byte) => {
    return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  })
  return maskedPath(escaped)
}

function exchangeOf(head: RequestHead, slot: PortalSlot, { status, reason }: Refusal): Exchange {
  const isAnswered = status !== null
  return {
    ...head,
    at: slot.clock.now(),
    time: Date.now(),
    arrivedAt: performance.now(),
    duration: 0,
    body: UNSEEN_BODY,
    status,
    answerHeaders: isAnswered ? REFUSAL_HEADERS : [],
    answerBody: isAnswered ? NO_BODY : UNSEEN_BODY,
    isComplete: isAnswered,
    operation: null,
    route: null,
    caller: null,
    decisions: [],
    unread: [],
    refusal: reason,
    fault: null,
    findings: [],
  }
}
