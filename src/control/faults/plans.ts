import type { Plan } from './definition.ts'
import type { PlanName } from './plan-names.ts'

const API = '/api/**'

/** The plans that there always are. */
export const builtInPlans: Readonly<Record<PlanName, Plan>> = {
  'flaky-10-percent': {
    description: "One of ten requests to the API gets the proxy's 503, and its operation doesn't happen.",
    faults: [{ match: { path: API, probability: 0.1 }, effect: { answer: { status: 503 } } }],
  },
  'bad-gateway': {
    description: "Every request to the API gets the proxy's 502.",
    faults: [{ match: { path: API }, effect: { answer: { status: 502 } } }],
  },
  'slow-sign-in': {
    description: 'Signing in takes about three seconds, now and then ten.',
    faults: ['authenticateMe', 'authenticateMeFromBodyWithCode'].map((operation) => ({
      match: { operation },
      effect: { delay: { lognormal: { median: 3000, sigma: 0.5 } } },
    })),
  },
  'slow-network': {
    description: 'Every answer of the API takes about 300 ms more, and its body comes in pieces.',
    faults: [
      {
        match: { path: API },
        effect: { delay: { lognormal: { median: 300, sigma: 0.4 } }, slow: { bytes: 512, interval: 20 } },
      },
    ],
  },
  'lossy-network': {
    description: 'Of a hundred connections to the API five break before the operation, five after it, five halfway.',
    faults: [
      { name: 'lost-request', match: { path: API, probability: 0.05 }, effect: { drop: 'unanswered' } },
      { name: 'lost-answer', match: { path: API, probability: 0.05 }, effect: { drop: 'unanswered' }, when: 'after' },
      { name: 'half-answer', match: { path: API, probability: 0.05 }, effect: { drop: 'halfway' } },
    ],
  },
  'lost-answers': {
    description: "One of five changes happens, and gets the proxy's 504: whoever tries again does it twice.",
    faults: ['POST', 'PUT', 'DELETE'].map((method) => ({
      match: { path: API, method, probability: 0.2 },
      effect: { answer: { status: 504 } },
      when: 'after' as const,
    })),
  },
  'rate-limited': {
    description: 'Every second request to the API, at random, is one too many: 429, to be tried again in a second.',
    faults: [{ match: { path: API, probability: 0.5 }, effect: { answer: { status: 429, retryAfter: 1 } } }],
  },
  'schema-drift': {
    description: 'Successes have a member more, a member less, and values that their enumerations haven’t.',
    faults: [{ match: { path: API }, effect: { unknownMember: true, unknownEnumValue: true, missingMember: true } }],
  },
}

/** Whether a plan is there on every portal. */
export function isBuiltIn(name: string): boolean {
  return Object.hasOwn(builtInPlans, name)
}
