import { type Exchange, NO_BODY } from '../../src/journal/entry.ts'

/** A request that was answered, in which something may be other than usual. */
export function exchangeWith(changes: Partial<Exchange> = {}): Exchange {
  return {
    at: 0,
    time: 0,
    arrivedAt: performance.now(),
    duration: 1,
    method: 'GET',
    target: '/api/2.0/portal/userscount',
    headers: ['Host', 'localhost'],
    body: NO_BODY,
    status: 200,
    answerHeaders: ['Content-Type', 'application/json'],
    answerBody: NO_BODY,
    isComplete: true,
    operation: 'getPortalUsersCount',
    route: '/api/2.0/portal/userscount',
    caller: null,
    decisions: [],
    unread: [],
    refusal: null,
    fault: null,
    findings: [],
    ...changes,
  }
}
